"""How features point at each other's rows without importing each other."""

from typing import NamedTuple, Self


class Ref(NamedTuple):
    """One row of one kind, for example ``post:12``."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str`` wrote.

        Raises:
            ValueError: the text is not ``kind:number``.
        """
        kind, _, number = text.partition(":")
        return cls(kind, int(number))
