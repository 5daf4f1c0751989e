"""The place of a post in the tree, as a text that sorts.

Each level adds the post's number in a fixed width, so a byte-wise sort gives the whole thread in tree order. The
opening post is the root and has the empty path; replies to it have one part, replies to these two, and so on.

A chain of 10,000 replies would need a path of 50,000 characters in every row. So a path holds at most ``DEPTH_MAX``
parts: deeper replies stand as brothers under the last level, in the order they came, which is how a chain reads anyway.
``parent_id`` stays exact, and the page names whom a deep reply answers.
"""

from typing import Final

DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
WIDTH: Final = 5
DEPTH_MAX: Final = 48
PATH_MAX: Final = WIDTH * DEPTH_MAX
BEHIND: Final = "{"
"""Sorts behind every digit: ``path + BEHIND`` ends the branch at ``path``."""
NUMBER_MAX: Final = len(DIGITS) ** WIDTH - 1


def part(number: int) -> str:
    """Return a post's number as ``WIDTH`` signs that sort like the number.

    Raises:
        ValueError: it does not fit.
    """
    if not 0 < number <= NUMBER_MAX:
        raise ValueError(number)
    signs = ""
    for _place in range(WIDTH):
        number, digit = divmod(number, len(DIGITS))
        signs = DIGITS[digit] + signs
    return signs


def child(parent_path: str, number: int) -> str:
    """Return the path of a reply to the post at ``parent_path``."""
    if len(parent_path) >= PATH_MAX:
        parent_path = parent_path[:-WIDTH]
    return parent_path + part(number)


def depth(path: str) -> int:
    """Return how deep a post stands: 0 the opening post, 1 an answer to it."""
    return len(path) // WIDTH


def numbers(path: str) -> list[int]:
    """Return the numbers of the posts that a path names, the answer to the opening post first."""
    return [int(path[at : at + WIDTH], len(DIGITS)) for at in range(0, len(path), WIDTH)]
