"""How seconds really played are counted: pure rules, no rows. All times are whole milliseconds.

A player reports which parts it has played. Parts are kept as intervals that do not touch, so a part played twice, or
reported twice, counts once and a part jumped over does not. Nobody can have played more than the time that has passed
allows at the highest speed, so what a report adds is bounded by a budget that grows with the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

Span = tuple[int, int]
"""From where to where something was played; the end is not part of it."""

FASTEST: Final = 2
"""The highest speed the player offers."""
CARRIED_MS: Final = 60_000
"""Budget that is carried from one report to the next, for those that come late or out of order."""
SPANS_MAX: Final = 400
REPORTED_MAX: Final = 60
LONGEST_MS: Final = 48 * 3600 * 1000
NEAR_END_MS: Final = 1_500
"""Players stop a little before the length their file claims."""
RESUME_MS: Final = 5_000
NEARLY_ALL: Final = 95
"""From which percent on a film that was left begins anew."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a player says has happened since its last report."""

    received_at: datetime
    opened_at: datetime
    """When the page with the player was sent."""
    spans: tuple[Span, ...] = ()
    position_ms: int = 0
    length_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Played:
    """What a member has played of a lesson."""

    spans: tuple[Span, ...] = ()
    position_ms: int = 0
    reported_ms: int = 0
    """The length as players gave it, for files that do not say."""
    budget_ms: int = 0
    counted_at: datetime | None = None

    @property
    def played_ms(self) -> int:
        """How much was played, each part once."""
        return total(self.spans)

    def after(self, report: Report, *, length_ms: int = 0) -> "Played":
        """Return this with a report counted in; the same report again changes nothing of what was played."""
        since = max(report.opened_at, self.counted_at or report.opened_at)
        passed = max(report.received_at - since, timedelta())
        budget = self.budget_ms + int(passed.total_seconds() * 1000) * FASTEST
        longest = length_ms or LONGEST_MS
        claimed = merged((max(start, 0), min(end, longest)) for start, end in report.spans)
        spans, gained = extended(self.spans, claimed, budget)
        end = spans[-1][1] if spans else 0
        is_latest = self.counted_at is None or report.received_at >= self.counted_at
        return replace(
            self,
            spans=spans,
            # Processes write what they collected in any order; where it was left is what was said last.
            position_ms=min(max(report.position_ms, 0), longest) if is_latest else self.position_ms,
            reported_ms=min(max(self.reported_ms, report.length_ms, end), LONGEST_MS),
            budget_ms=min(budget - gained, CARRIED_MS),
            counted_at=max(report.received_at, self.counted_at or report.received_at),
        )

    def percent(self, length_ms: int) -> int:
        """Return the share played, rounded down; a length of 0 is the one players reported."""
        length = length_ms or self.reported_ms
        if not length:
            return 0
        played = self.played_ms
        return 100 if played >= length - NEAR_END_MS and played else min(played * 100 // length, 99)

    def resume_ms(self, length_ms: int) -> int:
        """Return where to go on: where it was left, or the beginning when that was the very beginning or the end."""
        length = length_ms or self.reported_ms
        near_end = bool(length) and self.position_ms * 100 >= length * NEARLY_ALL
        return 0 if near_end or self.position_ms < RESUME_MS else self.position_ms


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same parts in order, those that touch or overlap as one, empty ones left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def total(spans: Iterable[Span]) -> int:
    """Return how long parts are together; they do not overlap."""
    return sum(end - start for start, end in spans)


def without(spans: Iterable[Span], known: Sequence[Span]) -> list[Span]:
    """Return what of some parts is not among the known ones. Both are merged."""
    fresh: list[Span] = []
    for start, end in spans:
        at = start
        for known_start, known_end in known:
            if known_end <= at or known_start >= end:
                continue
            if known_start > at:
                fresh.append((at, known_start))
            at = max(at, known_end)
        if at < end:
            fresh.append((at, end))
    return fresh


def extended(known: Sequence[Span], claimed: Sequence[Span], budget_ms: int) -> tuple[tuple[Span, ...], int]:
    """Add claimed parts to the known ones as far as the budget goes, and say how much was added.

    Of very many parts the shortest are forgotten.
    """
    gained, taken = 0, []
    for start, end in without(claimed, known):
        length = min(end - start, budget_ms - gained)
        if length <= 0:
            break
        taken.append((start, start + length))
        gained += length
    spans = merged([*known, *taken])
    if len(spans) > SPANS_MAX:
        longest = sorted(spans, key=lambda span: span[0] - span[1])[:SPANS_MAX]
        spans = tuple(sorted(longest))
    return spans, gained


def parse_spans(text: str) -> tuple[Span, ...]:
    """Return the parts a player reports: ``0-14900,20000-31000``.

    Raises:
        ValueError: it is not written so, or these are too many.
    """
    if not text:
        return ()
    parts = text.split(",")
    if len(parts) > REPORTED_MAX:
        raise ValueError("too many parts")
    return merged(_span(part) for part in parts)


def _span(part: str) -> Span:
    start, end = part.split("-")
    if not (start.isascii() and start.isdigit() and end.isascii() and end.isdigit() and len(start + end) < 24):
        raise ValueError("not a part")
    return int(start), int(end)
