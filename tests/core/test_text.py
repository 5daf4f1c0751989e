"""Plain text: cleaned, cut, recognised, named."""

import pytest

from core.text import detect_language, excerpt, is_blank, normalise, plain, slugify

pytestmark = pytest.mark.no_database


def test_normalise_composes_and_drops_what_nobody_means():
    assert normalise("e\u0301\r\nb\x00\x1b\ud800\ufffe\ufeff\u202e\x85c\td\r") == "é\nbc\td\n"


@pytest.mark.parametrize(
    "text", ["", " \t\n", "\u3000\u00a0", "\u200b", "\u200f\u2060 \ufeff", "\u2028\x00", "\u3164\ufe0f"]
)
def test_a_text_of_which_nothing_is_seen_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "\u200b。", "👩\u200d🏫", "1\u200b", "\u200f-"])
def test_a_text_with_anything_to_see_is_not_blank(text):
    assert not is_blank(text)


def test_plain_keeps_words_and_lines():
    assert (
        plain("<p>a &amp; <b>b</b><br>c</p>\n<ul><li>d</li></ul><table><tr><td>1</td><td>2</td></tr></table>")
        == "a & b\nc\nd\n1 2"
    )
    assert plain('<a title="x>y" href="/z">w</a><!-- no -->') == "w"
    assert plain("") == ""


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("short", 10, "short"),
        ("one two three", 10, "one two…"),
        ("一二三四五六七八九十", 6, "一二三四五…"),
        ("第一行\n第二行", 20, "第一行第二行"),
        ("a\n\nb", 20, "a b"),
        ("一二三四。五六七", 6, "一二三四…"),
    ],
)
def test_excerpt_is_one_line_cut_at_a_word(text, length, expected):
    assert excerpt(text, length) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("会费收支表里的其他支出包括哪些？", "zh-Hans"),
        ("會費收支表裡的其他支出包括哪些？這個問題", "zh-Hant"),
        ("中文", "zh-Hans"),
        ("用 Flask 和 SQLAlchemy 写论坛", "zh-Hans"),
        ("What is counted under other spending?", "en"),
        ("We met 王芳 at the office and talked about the accounts", "en"),
        ("これは日本語の文章です", "und"),
        ("Это русский текст", "und"),
        ("Où est passé l'été à la forêt préférée", "und"),
        ("https://example.org/path 12345", "und"),
        ("", "und"),
    ],
)
def test_language_is_recognised(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Open Branch!", "open-branch"),
        ("会务与账目", "会务与账目"),
        ("  a__b ", "a-b"),
        ("!!", ""),
        ("x" * 80, "x" * 60),
    ],
)
def test_slugs_hold_letters_and_hyphens(text, slug):
    assert slugify(text) == slug
