"""What threads are sorted by, without a database."""

import pytest

from core.faces import Faces
from forum import sorting
from forum.sorting import BoardField

ACCOUNTS, FEES, RULES = Faces("账目", "Accounts"), Faces("会费", "Fees"), Faces("章程", "Rules")


def field(key="f1", choices=(ACCOUNTS, FEES), **changes):
    return BoardField(key=key, label=Faces("事项", "Matter"), choices=choices, **changes)


def test_a_field_is_read_as_it_was_stored():
    kept = field(required=True, retired=True)
    assert BoardField.read(kept.stored()) == kept
    assert sorting.fields_of([kept.stored()]) == [kept]


def test_retired_fields_are_not_asked():
    assert sorting.asked([field("f1", retired=True), field("f2")]) == [field("f2")]


@pytest.mark.parametrize("choice", [2, -1, "1", None, 99])
def test_choices_that_no_field_knows_are_left_out(choice):
    assert sorting.chosen([field()], {"f1": choice, "gone": 0}) == []


def test_choices_stand_in_the_order_of_the_fields():
    assert sorting.chosen([field("f1"), field("f2")], {"f2": 0, "f1": 1}) == [(field("f1"), 1), (field("f2"), 0)]


def test_keys_are_never_given_twice():
    assert [sorting.new_key([]), sorting.new_key([field("f1"), field("f4", retired=True)])] == ["f1", "f5"]


def test_choices_are_read_one_a_line_with_either_bar():
    text = " 账目 | Accounts \r\n\n会费｜Fees\n只有中文\nOnly English\n|\n"
    assert sorting.read_choices(text) == [ACCOUNTS, FEES, Faces(zh="只有中文"), Faces(en="Only English")]


def test_choices_are_written_as_they_are_read():
    choices = [ACCOUNTS, Faces(zh="只有中文"), Faces(en="Only English")]
    assert sorting.read_choices(sorting.write_choices(choices)) == choices


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ([ACCOUNTS, FEES, RULES], True),
        ([RULES, FEES], True),
        ([ACCOUNTS, FEES], True),
        ([FEES, ACCOUNTS], False),
        ([ACCOUNTS], False),
        ([RULES, ACCOUNTS], False),
        ([ACCOUNTS, RULES, FEES], False),
        ([ACCOUNTS, ACCOUNTS], False),
    ],
)
def test_choices_may_be_renamed_and_appended_but_not_moved(new, kept):
    assert sorting.keeps_order([ACCOUNTS, FEES], new) is kept


def test_names_are_parted_by_commas_of_either_language_and_kept_once():
    assert sorting.split_names(" 账目、Fees，fees ; #会费,, \n open  day") == ["账目", "fees", "会费", "open day"]


def test_names_and_choices_of_which_nothing_is_seen_are_none():
    assert sorting.split_names("\u200b, #\u200f ,Fees") == ["Fees"]
    assert sorting.read_choices("\u200b\n\u200b | \u2060\n\u200f | Fees") == [Faces(en="Fees")]


def test_names_are_joined_as_they_are_typed(app):
    names = sorting.join_names([{"slug": "fees", "zh": "会费", "en": "Fees"}, {"slug": "x", "en": "Only"}])
    assert names == "会费, Only"
