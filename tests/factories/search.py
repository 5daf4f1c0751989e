"""Documents without a database behind them, for tests of the index."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from core.documents import Document
from core.refs import Ref

MOMENT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def document(number: int, text: str = "", title: str = "", **changes: object) -> Document:
    """Return a public post with this text."""
    values = dict(
        ref=Ref("post", number),
        title=title,
        text=text,
        audience="public",
        language="zh-Hans",
        url=f"/forum/posts/{number}",
        created_at=MOMENT,
        updated_at=MOMENT,
    )
    return Document(**{**values, **changes})


class Shelf:
    """A document source in memory."""

    kind = "post"

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self.held = {one.ref.id: one for one in documents}
        self.on_read = lambda: None

    def put(self, one: Document) -> None:
        """Keep this state of a document."""
        self.held[one.ref.id] = one

    def count(self) -> int:
        """Return how many there are."""
        return len(self.held)

    def documents(self, after_id: int, limit: int) -> Sequence[Document]:
        """Return the next documents by id."""
        self.on_read()
        return [self.held[number] for number in sorted(self.held) if number > after_id][:limit]

    def get(self, ids: Iterable[int]) -> Sequence[Document]:
        """Return these documents."""
        return [self.held[number] for number in ids if number in self.held]
