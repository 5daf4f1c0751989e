from datetime import timedelta

import pytest

from core.refs import Ref
from search.engines import Sort
from tests.factories.search import MOMENT, document

pytestmark = pytest.mark.no_database


def test_a_word_of_two_characters_is_found_wherever_it_stands(put, ids):
    put(document(1, "这个平台支持中文吗"), document(2, "这里只有英文"))

    assert ids("中文") == [1]
    assert ids("持中") == [1]


def test_a_single_character_is_found_at_the_beginning_inside_and_at_the_end(put, ids):
    put(document(1, "账本"), document(2, "记账"), document(3, "看账本"), document(4, "会议"))

    assert sorted(ids("账")) == [1, 2, 3]


def test_simplified_and_traditional_find_each_other(put, ids):
    put(document(1, "會議記錄與帳目"), document(2, "会议记录"))

    assert sorted(ids("会议记录")) == [1, 2]
    assert sorted(ids("會議記錄")) == [1, 2]


def test_full_width_forms_capitals_accents_and_word_forms_are_folded(put, ids):
    put(document(1, "Ｆｌａｓｋ 的 Résumé, running late"))

    assert ids("flask") == ids("resume") == ids("run") == ids("FLASK") == [1]


def test_identifiers_are_found_whole_and_in_parts(put, ids):
    put(document(1, "call open_dir() in Python 3.11"), document(2, "getElementById"), document(3, "C++ and C#"))

    assert ids("open_dir") == ids("3.11") == ids("dir") == [1]
    assert ids("getElementById") == ids("element") == [2]
    assert ids("C++") == ids("c#") == [3]


def test_all_words_must_be_there_when_enough_documents_have_them(put, find):
    put(*(document(n, "账目 公布") for n in range(1, 13)), *(document(n, "账目") for n in range(20, 25)))

    assert find("账目 公布").total == 12


def test_documents_with_all_words_come_before_those_with_most(put, ids):
    put(document(1, "账目 账目 账目"), document(2, "账目的事和别的许多话，最后才公布"), document(3, "天气"))

    assert ids("账目 公布") == [2, 1]


def test_a_phrase_is_found_only_as_it_stands(put, ids):
    put(
        document(1, "账目公布了"),
        document(2, "公布账目"),
        document(3, "open the accounts"),
        document(4, "accounts open"),
    )

    assert ids('"账目公布"') == [1]
    assert ids("“账目公布”") == [1]
    assert ids('"open the accounts"') == [3]
    assert ids('"the accounts" open') == [3]


def test_a_phrase_of_english_words_keeps_word_edges(put, ids):
    put(document(1, "a cat nap"), document(2, "concat napkin"))

    assert ids('"cat nap"') == [1]


def test_a_word_with_a_minus_sign_is_left_out(put, ids):

    put(document(1, "会议 记录"), document(2, "会议 通知"), document(3, "meeting minutes"), document(4, "meeting room"))

    assert ids("会议 -记录") == [2]
    assert ids("meeting -minutes") == [4]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        '"',
        "-",
        "--",
        "“”",
        '""',
        "AND OR NOT",
        "*:*",
        "room:priv",
        "[a TO " * 500,
        "(a+)+$",
        "\x00\ud800\u202e",
        "a" * 10_000,
        "NOT " * 3000,
        '"a" -"b" -',
    ],
)
def test_nothing_that_is_typed_is_an_error(put, find, text):
    put(document(1, "some text"))

    find(text)


def test_words_of_others_are_no_hit_no_count_and_no_kind(put, find):
    put(
        document(1, "金丝雀 canary", audience="branch:7"),
        document(2, "金丝雀 canary", audience="user:1", ref=Ref("lesson", 2)),
        document(3, "公开的话"),
    )
    for text in ("金丝雀", "canary", '"金丝雀"', "金丝雀 -话", "丝", "金丝雀 公开", "*:*", "audience:branch:7"):
        found = find(text)

        assert [hit.ref.id for hit in found.hits] in ([], [3])
        assert found.total == len(found.hits)
        assert set(found.kinds) <= {"post"}
    assert find("金丝雀", ("public", "branch:7")).kinds == {"post": 1}


def test_results_are_narrowed_and_counted_exactly(put, find, ids):
    put(
        document(1, "账目", board="general", author="an"),
        document(2, "账目", course="open", author="bo", ref=Ref("lesson", 2)),
        document(3, "账目", board="general", author="bo", created_at=MOMENT + timedelta(days=3)),
    )

    assert sorted(ids("账目", board="general")) == [1, 3]
    assert ids("账目", course="open") == [2]
    assert sorted(ids("账目", author="bo")) == [2, 3]
    assert ids("账目", after=MOMENT + timedelta(days=1)) == [3]
    assert sorted(ids("账目", before=MOMENT + timedelta(days=1))) == [1, 2]
    assert ids("账目", sort=Sort.NEWEST)[0] == 3
    found = find("账目", kind="lesson")
    assert (found.total, found.kinds) == (1, {"post": 2, "lesson": 1})


def test_pages_part_the_results_without_gaps(put, find):
    put(*(document(n, "账目" * (n % 7 + 1)) for n in range(1, 46)))

    pages = [find("账目", offset=offset, limit=20) for offset in (0, 20, 40)]

    assert [page.total for page in pages] == [45, 45, 45]
    assert sorted(hit.ref.id for page in pages for hit in page.hits) == list(range(1, 46))


def test_a_very_long_document_is_found_and_ranked(put, ids):
    put(document(1, "账目公布。" * 60_000), document(2, "账目公布的办法"))

    assert sorted(ids("账目公布")) == [1, 2]


def test_common_words_do_not_hide_what_has_the_rare_one(put, ids):
    put(*(document(n, "关于会议的通知") for n in range(1, 200)), document(500, "关于电热毯的通知"))

    assert ids("关于电热毯会议的通知")[0] == 500


def test_a_document_of_several_audiences_is_found_by_each(put, ids):
    put(document(1, "账目", audience="branch:7", also_for=("staff:7", "assistant:3")))
    assert [ids("账目", {token}) for token in ("branch:7", "staff:7", "assistant:3", "public")] == [[1], [1], [1], []]
