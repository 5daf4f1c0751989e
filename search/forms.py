"""Reading the address of a search: everything is optional, and what cannot be read is left out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from core.clock import utcnow
from core.i18n import current_zone
from search.engines import FACETS, Sort
from search.parsing import QUERY_MAX
from search.queries import OFFSET_MAX, Narrowing

PAGE = 20
"""Results a page."""

PAGE_LAST = OFFSET_MAX // PAGE

SLUG_MAX = 120

PERIODS = {"month": 30, "year": 365}
"""Days back, by the name of the period in the page's links."""


def _moment(text: str) -> datetime | None:
    """Read a date, ``2026-11-22``, as its beginning in the reader's zone."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=current_zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class SearchForm:
    """One search as its address says it, and the addresses of its variations."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.text = values.get("q", "").replace("\x00", "").strip()[: QUERY_MAX * 4]
        self._chosen = {
            name: value
            for name in (*FACETS, "after", "before", "sort")
            if (value := values.get(name, "").strip()[:SLUG_MAX])
        }
        if self._chosen.get("sort") not in tuple(Sort):
            self._chosen.pop("sort", None)
        page = values.get("page", "")
        self.page = min(max(1, int(page)), PAGE_LAST) if page.isascii() and page.isdigit() and len(page) < 6 else 1

    def get(self, name: str) -> str:
        """Return what is chosen for one of the filters."""
        return self._chosen.get(name, "")

    @property
    def narrowing(self) -> Narrowing:
        """What to narrow the search to."""
        return Narrowing(
            chosen={name: self.get(name) for name in FACETS if self.get(name)},
            after=_moment(self.get("after")),
            before=_moment(self.get("before")),
            periods={name: moment for name, day in self.periods().items() if (moment := _moment(day))},
            sort=Sort(self.get("sort") or Sort.RELEVANCE),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was chosen."""
        return any(name != "sort" for name in self._chosen)

    def link(self, **changes: str) -> str:
        """Return the address of this search with other choices; an empty choice is left out."""
        values = {"q": self.text, **self._chosen, **changes}
        return "/search?" + urlencode({name: value for name, value in values.items() if value}, errors="replace")

    @property
    def everywhere(self) -> str:
        """The address of the same search in everything."""
        return "/search?" + urlencode({"q": self.text}, errors="replace")

    def periods(self) -> dict[str, str]:
        """Return the first day of each period offered, as a date."""
        now = utcnow().astimezone(current_zone())
        return {name: (now - timedelta(days=days)).strftime("%Y-%m-%d") for name, days in PERIODS.items()}
