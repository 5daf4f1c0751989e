"""Marks of our own: code in colours, veils, readings, formulas, pictures and files."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.markup import colours, formulas, render, without_veiled
from core.markup.attached import Attached
from core.markup.clean import TAGS
from core.text import plain
from tests.core.test_markup import faults, html, paragraph
from tests.timing import works_within

pytestmark = pytest.mark.no_database

FILES = {
    "/forum/files/1": Attached(
        kind="PNG", kilobytes=38, alt="看板", thumbnail="/forum/files/1/thumbnail", width=640, height=480
    ),
    "/forum/files/2": Attached(kind="PDF", kilobytes=3000),
}
IMAGE = '<img loading="lazy" src="/forum/files/1/thumbnail" width="640" height="480" data-kb="38" alt="{}">'
PICTURE = f'<a class="pic" href="/forum/files/1">{IMAGE}</a>'


# Code in colours


def test_code_of_a_known_language_has_classes_for_colours():
    assert html("```python\nx = 'a' # c\n```") == (
        '<pre tabindex="0"><code class="language-python">x = <span class="cs">\'a\'</span> '
        '<span class="cc"># c</span>\n</code></pre>'
    )
    assert '<code class="language-py"><span class="ck">if</span> <span class="cn">1</span>\n</code>' in html(
        "```py\nif 1\n```"
    )


@pytest.mark.parametrize("language", ["klingon", "", "python-x"])
def test_code_of_an_unknown_language_stays_plain(language):
    assert "<span" not in html(f"```{language}\nif <b>\n```")


@pytest.mark.parametrize("language", colours._LEXERS)
def test_code_of_every_language_comes_out_harmless_and_with_every_word(language):
    code = "class A { /* <b onclick=x> */ int a = \"</code><script>\"; } // 'x' # 1\n<p a='b'>&amp; SELECT\n"
    shown = html(f"```{language}\n{code}```")
    assert faults(shown) == []
    assert plain(shown) == " ".join(code.split(" ")).strip()


def test_long_code_and_long_lines_stay_plain():
    assert "<span" not in html("```python\n" + "if 1\n" * 2500 + "```")
    assert "<span" not in html(f"```python\nif {'1' * 1001}\n```")


def test_a_text_has_so_many_coloured_words_and_the_rest_stays_plain():
    shown = html("```python\nif 1\n```\n" * (colours.SPANS_MAX // 2 + 10))
    assert 0 < shown.count("<span") <= colours.SPANS_MAX


@pytest.mark.parametrize("piece", ['"', "(", "/*", "<a ", "${", "`", "a.", "\\", "'''", "a<", "=/", 'R"('])
@pytest.mark.parametrize("language", ["python", "javascript", "html", "php", "cpp", "ruby", "sql", "bash", "yaml"])
def test_hostile_code_takes_little_time(language, piece):
    source = f"```{language}\n{((piece * 900)[:900] + chr(10)) * 11}```"
    assert works_within(1, lambda: render(source))


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1])
def test_every_colour_of_code_can_be_read(theme):
    css = Path("static/css/xuetan.css").read_text("utf-8")
    block = css.split("color-scheme: dark;" if theme else "color-scheme: light;")[1].split("}")[0]
    tokens = dict(re.findall(r"--(\w+): (#[0-9A-F]{6})", block))
    rules = css.split("/* 12 ")[1].split("\n/* ")[0]
    used = {css_class: token for names, token in re.findall(r"([.\w, ]+) \{ color: var\(--(\w+)\); \}", rules)
            for css_class in re.findall(r"\w+", names)}  # fmt: skip
    assert set(used) == colours.CLASSES
    for token in used.values():
        for ground in ("paper", "surface"):
            light, dark = sorted((_luminance(tokens[token]), _luminance(tokens[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (token, ground)


# Veils


def veiled(words: str) -> str:
    return f'<span class="veil" tabindex="0"><span>{words}</span></span>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("结局是||他**走**了||。", f"结局是{veiled('他<strong>走</strong>了')}。"),
        ("||a||b||c||", f"{veiled('a')}b{veiled('c')}"),
        ("a || b || c", "a || b || c"),
        ("if (a || b)", "if (a || b)"),
        ("|||a|||", "|||a|||"),
        ("||a", "||a"),
        ("\\||a||", "||a||"),
        ("`||a||`", "<code>||a||</code>"),
    ],
)
def test_words_between_two_pairs_of_bars_are_veiled(source, expected):
    assert paragraph(source) == expected


def test_a_box_opens_when_asked_to_and_has_a_title():
    assert html(":::spoiler 结局 <b>\n他走了\n\n- a\n:::\nx").replace("\n", "") == (
        '<details class="veil"><summary>结局 &lt;b&gt;</summary><p>他走了</p><ul><li>a</li></ul></details><p>x</p>'
    )


@pytest.mark.parametrize(
    ("source", "title"), [(":::spoiler\nHe left.", "Spoiler"), (":::剧透\n他走了。", "剧透"), (":::剧透：完\nx", "完")]
)
def test_a_box_without_a_title_has_a_word_in_the_language_of_the_text(source, title):
    assert html(source).startswith(f'<details class="veil"><summary>{title}</summary>')


def test_boxes_stand_in_each_other_in_quotes_and_around_code():
    shown = html("> :::spoiler a\n> :::spoiler b\n> x\n> :::\n> ```\n> :::\n> ```\n> :::\n> y").replace("\n", "")
    assert shown == (
        '<blockquote class="quote"><details class="veil"><summary>a</summary><details class="veil"><summary>b</summary>'
        '<p>x</p></details><pre tabindex="0"><code>:::</code></pre></details><p>y</p></blockquote>'
    )
    assert html("    :::spoiler").startswith("<pre")
    assert html(":::notes\nx") == "<p>:::notes<br>\nx</p>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            ":::check Why 14 days?\nSo that all can come.\n:::",
            '<details class="check"><summary>Why 14 days?</summary><p>So that all can come.</p></details>',
        ),
        (
            ":::自测\n因为人人都要能来。\n:::",
            '<details class="check"><summary>想一想</summary><p>因为人人都要能来。</p></details>',
        ),
        (
            ":::note\nBring the book.\n:::",
            '<div class="callout"><p><strong>Note</strong></p><p>Bring the book.</p></div>',
        ),
        (
            ":::注意：火 <b>\n先断电。\n:::",
            '<div class="callout warning"><p><strong>火 &lt;b&gt;</strong></p><p>先断电。</p></div>',
        ),
    ],
)
def test_boxes_ask_and_stand_out(source, expected):
    assert html(source).replace("\n", "") == expected


def test_a_callout_has_an_anchor_in_a_lesson():
    assert '<div class="callout" id="p2">' in html("a\n\n:::note\nb\n:::", anchors=True)


def test_a_box_has_an_anchor_in_a_lesson():
    assert '<details class="veil" id="p2">' in html("a\n\n:::spoiler\nb\n:::", anchors=True)


def test_excerpts_leave_out_what_is_veiled():
    shown = html("Who? ||He|| and\n\n:::spoiler T\na\n:::spoiler\nb\n:::\n:::\nend")
    assert plain(without_veiled(shown)).split() == ["Who?", "…", "and", "…", "end"]


# Readings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "{汉字|hàn zì}",
            "<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp>字<rp>(</rp><rt>zì</rt><rp>)</rp></ruby>",
        ),
        ("{学习|xuéxí}", "<ruby>学习<rp>(</rp><rt>xuéxí</rt><rp>)</rp></ruby>"),
        ("{<b>字|<i>}", "<ruby>&lt;b&gt;字<rp>(</rp><rt>&lt;i&gt;</rt><rp>)</rp></ruby>"),
        ("{x|x>0}", "{x|x&gt;0}"),
        ("{汉|a|b}", "{汉|a|b}"),
        ("\\{汉|a}", "{汉|a}"),
    ],
)
def test_a_reading_stands_over_its_characters(source, expected):
    assert paragraph(source) == expected


def test_words_with_readings_are_found_by_their_characters():
    assert plain(html("学{汉字|hàn zì}吧")) == "学汉字吧"


# Formulas


@pytest.mark.parametrize(
    "source",
    [
        "$5 and $6",
        "US$5 or US$6",
        "$5, or $6",
        "costs $5 to US$ 10",
        "花了$5元，还有$6元",
        "a $ b $ c",
        "\\$x\\$",
        "$",
        "$$",
    ],
)
def test_money_stays_text(source):
    assert paragraph(source) == source.replace("\\", "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$x$", '<math alttext="x"><mrow><mi>x</mi></mrow></math>'),
        (
            "面积$x^2$。",
            '面积<math alttext="x^2"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>。',
        ),
        ("$a<b$", '<math alttext="a&lt;b"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>'),
        ("`$x$`", "<code>$x$</code>"),
    ],
)
def test_a_formula_becomes_mathml_with_its_source_for_readers_aloud(source, expected):
    assert paragraph(source) == expected


@pytest.mark.parametrize("source", ["$$a+b$$", "$$\na+b\n$$", "$$a\n+b$$"])
def test_a_formula_on_lines_of_its_own_is_a_block(source):
    shown = html(source)
    assert shown.startswith('<div class="scroll" tabindex="0"><math alttext="a')
    assert 'display="block"' in shown


def test_dollars_without_an_end_or_over_an_empty_line_are_text():
    assert html("$$\na\n\nb$$") == "<p>$$<br>\na</p>\n<p>b$$</p>"


@pytest.mark.parametrize(
    "source",
    [
        "\\unknown x",
        "\\frac{",
        "\\href{javascript:alert(1)}{x}",
        "\\newcommand{\\a}{x}\\a",
        "\\def\\a{x}\\a",
        "\\color{red}x",
        "{" * 30 + "x" + "}" * 30,
        "\\begin{nothing}x",
    ],
)
def test_a_formula_that_is_not_understood_shows_its_source_and_says_so(source):
    shown = paragraph(f"See ${source}$ here")
    assert "<math" not in shown
    assert "<small> (formula not understood)</small> here" in shown
    assert "<small>（公式无法识别）</small>" in paragraph(f"公式见这里 ${source}$")
    assert faults(shown) == []


@pytest.mark.parametrize(
    "source",
    [
        "\\frac12\\sqrt[3]{x}",
        "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
        "\\begin{aligned}a&=b\\\\&=c\\end{aligned}",
        "\\begin{cases}a&x>0\\\\b&x\\le0\\end{cases}",
        "\\left(\\sum_{i=1}^{n} i\\right)\\quad\\vec v",
        "\\text{路程}=v\\cdot t",
        "\\overline{AB}\\underbrace{a}_{b}\\boxed{x}\\mathbb{R}",
    ],
)
def test_what_schools_write_is_understood_and_passes_every_gate(source):
    markup, _nodes = formulas.mathml(source, block=False)
    assert paragraph(f"${source}$") == markup
    assert faults(markup) == []
    assert set(re.findall(r"<([a-z]+)", markup)) <= formulas.ELEMENTS <= TAGS


def test_a_text_has_so_many_formulas_and_the_rest_shows_its_source():
    shown = html("$x^2$ " * 800)
    assert 0 < shown.count("<math") * 4 <= formulas.TEXT_NODES_MAX + 4


@settings(deadline=None, max_examples=80)
@given(st.text(alphabet=st.sampled_from(list("\\{}^_&$<>\"'x1 ")), max_size=60))
def test_any_formula_comes_out_harmless(source):
    assert faults(html(f"a ${source}$\n\n$$\n{source}\n$$")) == []


# Pictures and files


def test_a_picture_alone_is_a_figure_that_leads_to_the_whole_of_it():
    assert html("![板](/forum/files/1)", files=FILES) == f"<figure>{PICTURE.format('板')}</figure>"


def test_a_picture_without_words_takes_those_of_the_file():
    assert html("![ ](/forum/files/1)", files=FILES) == f"<figure>{PICTURE.format('看板')}</figure>"


def test_a_picture_in_a_line_stays_in_it_and_one_in_a_link_is_no_second_link():
    assert paragraph("a ![b](/forum/files/1)", files=FILES) == f"a {PICTURE.format('b')}"
    assert paragraph("[![b](/forum/files/1)](/x)", files=FILES) == f'<a href="/x">{IMAGE.format("b")}</a>'


@pytest.mark.parametrize("source", ["[账目](/forum/files/2)", "![账目](/forum/files/2)"])
def test_a_file_says_what_it_is_and_how_large(source):
    shown = paragraph(source, files=FILES)
    assert plain(shown) == "账目 (PDF, 2.9 MB)"
    assert sorted(re.findall(r'(\w+)="([^"]*)"', shown)) == [("class", "file"), ("href", "/forum/files/2")]


def test_files_that_are_not_of_this_text_get_no_words():
    assert paragraph("[a](/forum/files/9)", files=FILES) == '<a href="/forum/files/9">a</a>'


# All together


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.sampled_from([*"|${}:`\\汉a1<>\"'*_[]()!~> \n-", ":::spoiler", "||", "$$"]), max_size=90).map("".join)
)
def test_any_mixture_comes_out_harmless_and_the_same_twice(source):
    first = html(source, files=FILES)
    assert first == html(source, files=FILES)
    assert faults(first) == []


NASTY = [
    *["$$", "$a", "$x^2$ ", "$\\frac{$ ", "$$x$$\n", "||a", "||a|| ", "**||", "||**", "||[a](b)", "$[a]($", "{汉|"],
    *["{汉|hàn}", ":::spoiler\n", ":::spoiler a\nx\n:::\n", "> :::spoiler\n", "- :::spoiler\n", "[x](/forum/files/2) "],
    *["![](/forum/files/1)", "* a\n * b\n", "*a **b ", "```py\nx\n```\n", "|a|b|c|d|e|\n"],
]


@pytest.mark.parametrize("piece", NASTY)
def test_twenty_thousand_hostile_characters_take_less_than_a_second(piece):
    source = ("||$ " + piece * 20_000)[:20_000]
    assert works_within(1, lambda: render(source, files=FILES))
