"""Threads like one that is about to be started, for the forum."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from core.documents import register_similar
from core.permissions import Actor
from core.refs import Ref
from search.engines import IndexMissing, Request
from search.parsing import Query, parse
from search.services import engine

log = logging.getLogger(__name__)


class SimilarTitles:
    """Asks the index for threads that share words with a title; words of titles weigh more there."""

    def similar(self, title: str, board: str, actor: Actor, limit: int = 5) -> Sequence[Ref]:
        """Return the nearest threads, those of the board first; nothing where the index cannot be used."""
        query = parse(title)
        if not query:
            return ()
        try:
            here = self._find(query, board, actor, limit) if board else []
            return list(dict.fromkeys([*here, *self._find(query, "", actor, limit)]))[:limit]
        except IndexMissing:
            return ()
        except Exception:
            # A damaged index raises anything at all; nobody who writes is held up by it.
            log.exception("The index cannot be asked for similar threads")
            return ()

    def _find(self, query: Query, board: str, actor: Actor, limit: int) -> list[Ref]:
        limited = replace(query, filters=(("kind", "thread"), *([("board", board)] if board else [])))
        request = Request(query=limited, tokens=actor.tokens, counted=False, limit=limit)
        return [hit.ref for hit in engine().find(request).hits]


def register() -> None:
    """Offer it; called once."""
    register_similar(SimilarTitles())
