"""Rendered HTML as a tree: ours alone, which is clean and closes what it opens."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "gap", "wbr"})


@dataclass(kw_only=True)
class Node:
    """One element with what is inside."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Node | str"] = field(default_factory=list)

    @property
    def nodes(self) -> Iterator["Node"]:
        """The elements inside."""
        return (child for child in self.inside if isinstance(child, Node))

    @property
    def words(self) -> str:
        """All words inside."""
        return "".join(child if isinstance(child, str) else child.words for child in self.inside)

    def all(self, *tags: str) -> Iterator["Node"]:
        """Return the elements of these names at any depth, not inside one another."""
        for child in self.nodes:
            if child.tag in tags:
                yield child
            else:
                yield from child.all(*tags)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node(tag="div")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag=tag, attributes={name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def tree_of(html: str) -> Node:
    """Return the tree of a piece of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0]
