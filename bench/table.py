"""The report of a comparison, a line as soon as it is known."""

from bench.measuring import Figures

NAME = 34


class Table:
    """Prints lines and remembers whether all kept to their limits."""

    def __init__(self) -> None:
        self.missed: list[str] = []
        self._under = ""

    @property
    def kept(self) -> bool:
        """Whether nothing has missed its limit."""
        return not self.missed

    def head(self, words: str) -> None:
        """Begin a part."""
        self._under = words
        print(
            f"\n{words}\n{'CPU ms':>{NAME + 8}} {'beside':>8} {'ratio':>7}  {'middle half':13} {'queries':>7}",
            flush=True,
        )

    def row(self, name: str, found: Figures, *, limit: float, queries: int | None = None) -> None:
        """Print one comparison and whether it is within its limits."""
        kept = round(found.ratio, 2) <= limit and (queries is None or found.queries <= queries)
        spread = f"{found.low:.2f} – {found.high:.2f}"
        line = f"{name:{NAME}}{found.big:8.2f} {found.small:8.2f} {found.ratio:7.2f}  {spread:13} {found.queries:7}"
        self._print(name, f"{line}   ≤ {limit:g}" + (f", {queries}" if queries else ""), kept=kept)

    def single(self, name: str, *, cpu: float, wall: float, limit: float) -> None:
        """Print what one thing took, in seconds."""
        self._print(name, f"{name:{NAME}}{cpu:7.2f} s CPU, {wall:.2f} s in all   ≤ {limit:g} s CPU", kept=cpu <= limit)

    def _print(self, name: str, line: str, *, kept: bool) -> None:
        if not kept:
            self.missed.append(f"{self._under}: {name}")
        print(line if kept else f"{line}   MISSED", flush=True)

    def end(self) -> None:
        """Name what missed its limit."""
        print("\nwithin all limits" if self.kept else "\nmissed:\n  " + "\n  ".join(self.missed), flush=True)
