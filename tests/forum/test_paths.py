"""Paths sort a thread as a tree, however deep."""

import random

import pytest

from forum import paths

pytestmark = pytest.mark.no_database


def test_parts_sort_like_numbers():
    numbers = [1, 9, 35, 36, 37, 1295, 1296, 46655, 46656, paths.NUMBER_MAX]
    assert sorted(map(paths.part, numbers)) == [paths.part(number) for number in numbers]


@pytest.mark.parametrize("number", [0, -1, paths.NUMBER_MAX + 1])
def test_numbers_that_do_not_fit_are_refused(number):
    with pytest.raises(ValueError, match=str(number)):
        paths.part(number)


def test_sorting_by_path_walks_the_tree_depth_first():
    rng = random.Random(7)
    parents = {number: rng.randint(0, number - 1) for number in range(2, 200)}
    found = {0: "", 1: ""}
    for number, parent in parents.items():
        found[number] = paths.child(found[parent], number)

    def walk(number):
        yield number
        for child in sorted(n for n, p in parents.items() if p == number):
            yield from walk(child)

    roots = [number for number, parent in parents.items() if parent in (0, 1)]
    assert max(map(paths.depth, found.values())) < paths.DEPTH_MAX
    assert sorted(parents, key=found.__getitem__) == [n for root in sorted(roots) for n in walk(root)]


def test_ten_thousand_nested_replies_keep_the_path_short_and_in_order():
    path, found = "", []
    for number in range(2, 10_002):
        path = paths.child(path, number)
        found.append(path)
    assert max(map(len, found)) == paths.PATH_MAX
    assert found == sorted(found)
    assert len(set(found)) == len(found)
