"""Markdown becomes safe HTML, in Chinese and English."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import markup
from core.markup import SourceTooLong, clean, links, render, safe
from core.markup.attached import Attached
from core.text import normalise
from tests.timing import works_within

pytestmark = pytest.mark.no_database

MEMBERS = {"张三": "zhang-san", "张三丰": "sanfeng", "username": "username", "Alice": "alice"}


def html(source: str, **options) -> str:
    return render(source, **options).html.strip()


def paragraph(source: str, **options) -> str:
    return html(source, **options).removeprefix("<p>").removesuffix("</p>")


def link(address: str, words: str | None = None) -> str:
    return f'<a href="{address}" rel="nofollow noopener ugc">{words or address}</a>'


# Emphasis beside Chinese signs


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("这是**中文。**测试", "这是<strong>中文。</strong>测试"),
        ("**“引号”**里", "<strong>“引号”</strong>里"),
        ("见**《章程》**第二条", "见<strong>《章程》</strong>第二条"),
        ("他说：**“不行！”**然后走了", "他说：<strong>“不行！”</strong>然后走了"),
        ("删~~（旧）~~新", "删<s>（旧）</s>新"),
        ("ハイ**「例」**です", "ハイ<strong>「例」</strong>です"),
        ("a **b.**c", "a **b.**c"),
        ("snake_case_name", "snake_case_name"),
        ("**bold** and *thin*", "<strong>bold</strong> and <em>thin</em>"),
    ],
)
def test_emphasis_works_without_spaces_around_chinese(source, expected):
    assert paragraph(source) == expected


# Bare links


@pytest.mark.parametrize("end", "。，、；：！？）】》」』”’…")
def test_a_bare_link_ends_before_chinese_punctuation(end):
    assert paragraph(f"见https://example.org/a{end}后文") == f"见{link('https://example.org/a')}{end}后文"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "详见https://example.org/路径。谢谢",
            f"详见{link('https://example.org/%E8%B7%AF%E5%BE%84', 'https://example.org/路径')}。谢谢",
        ),
        ("看https://example.org很好", f"看{link('https://example.org')}很好"),
        ("(https://e.org/a_(b))", f"({link('https://e.org/a_(b)')})"),
        ("https://e.org/a, https://e.org/b.", f"{link('https://e.org/a')}, {link('https://e.org/b')}."),
        ("**https://e.org/a**", f"<strong>{link('https://e.org/a')}</strong>"),
        ("www.example.org.", f"{link('http://www.example.org', 'www.example.org')}."),
        ("HTTPS://e.org/A", link("HTTPS://e.org/A")),
        ("a@example.com", link("mailto:a@example.com", "a@example.com")),
        ("ftp://e.org/a and xhttps://e.org", "ftp://e.org/a and xhttps://e.org"),
        ("`https://e.org`", "<code>https://e.org</code>"),
        ("[https://e.org](/here)", '<a href="/here">https://e.org</a>'),
        ("readme.md and example.org", "readme.md and example.org"),
    ],
)
def test_bare_links_begin_and_end_with_the_address(source, expected):
    assert paragraph(source) == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "vbscript:x",
        "//evil.org",
        "file:///etc",
        "ftp://e.org",
        "https:/e",
        "a b",
        "\\\\e",
        "java\tscript:x",
        "/\\e.org",
        "x:y",
    ],
)
def test_other_schemes_are_refused(address):
    assert not links.is_allowed(address)


@pytest.mark.parametrize(
    "address",
    ["https://e.org", "http://e.org/a:b", "mailto:a@e.org", "/study/lessons/3", "#p2", "../a", "?page=2", "a/b:c"],
)
def test_web_mail_and_own_places_are_allowed(address):
    assert links.is_allowed(address)


# Mentions


@pytest.mark.parametrize(
    ("source", "expected", "mentioned"),
    [
        ("@张三看一下", '<a class="mention" href="/members/zhang-san">@张三</a>看一下', ("zhang-san",)),
        ("@张三丰看一下", '<a class="mention" href="/members/sanfeng">@张三丰</a>看一下', ("sanfeng",)),
        ("の@usernameに到着", 'の<a class="mention" href="/members/username">@username</a>に到着', ("username",)),
        (
            "@alice: @alice",
            '<a class="mention" href="/members/alice">@alice</a>: <a class="mention" href="/members/alice">@alice</a>',
            ("alice",),
        ),
        ("@alices", "@alices", ()),
        ("x@alice.org", link("mailto:x@alice.org", "x@alice.org"), ()),
        ("`@alice`", "<code>@alice</code>", ()),
        ("\\@alice", "@alice", ()),
        ("[@alice](/a)", '<a href="/a">@alice</a>', ()),
        ("https://e.org/@alice", link("https://e.org/@alice"), ()),
    ],
)
def test_mentions_find_the_longest_known_name(source, expected, mentioned):
    rendered = render(source, members=MEMBERS)
    assert rendered.html.strip() == f"<p>{expected}</p>"
    assert rendered.mentions == mentioned


def test_a_branch_is_linked_and_a_member_of_its_name_goes_first():
    branches = {"东湖支社": "east-lake", "alice": "alice-branch"}
    rendered = render("请@东湖支社的同志和@alice看", members=MEMBERS, branches=branches)
    assert '<a class="mention" href="/branches/east-lake">@东湖支社</a>的' in rendered.html
    assert (rendered.mentions, rendered.branches) == (("alice",), ("east-lake",))


def test_candidates_are_all_names_that_may_be_meant():
    assert markup.mention_candidates("@张三看 and a@example.com `@code` \\@no") == {"张三看", "张三", "张"}


def test_a_name_in_a_quote_is_linked_but_not_told():
    rendered = render("> @alice said\n\nyes", members=MEMBERS)
    assert 'href="/members/alice"' in rendered.html
    assert rendered.mentions == ()


# Blocks


def test_headings_begin_at_the_given_level_and_leave_no_gap():
    assert html("# a\n#### b\n## c\n# d", heading=2).replace("\n", "") == "<h2>a</h2><h3>b</h3><h3>c</h3><h2>d</h2>"
    assert html("##### a\n# b") == "<h3>a</h3>\n<h3>b</h3>"


def test_anchors_number_the_blocks_of_the_first_level():
    shown = html("one\n\n- a\n- b\n\n> c\n\n---\n\n```\nd\n```", anchors=True)
    assert [part.split('"')[0] for part in shown.split(' id="')[1:]] == ["p1", "p2", "p3", "p4", "p5"]
    assert " id=" not in html("one\n\n- a")


def test_line_ends_break_in_posts_and_join_chinese_in_lessons():
    assert html("一\n二") == "<p>一<br>\n二</p>"
    assert html("一\n二 a\nb", anchors=True) == '<p id="p1">一二 a\nb</p>'


def test_tables_scroll_and_numbers_stand_right():
    shown = html("| a | n |\n|---|--:|\n| x | 1 |")
    assert shown.startswith('<div class="scroll" tabindex="0"><table>')
    assert '<td>x</td>\n<td class="n">1</td>' in shown
    assert "style" not in shown


def test_tasks_become_labelled_boxes():
    assert html("- [ ] a\n- [x] **b**").replace("\n", "") == (
        '<ul class="tasks"><li class="task"><label><input type="checkbox" disabled=""> a</label></li>'
        '<li class="task"><label><input type="checkbox" disabled="" checked=""> <strong>b</strong></label></li></ul>'
    )


def test_footnotes_of_two_texts_have_different_ids():
    one, two = html("a[^1]\n\n[^1]: n"), html("b[^1]\n\n[^1]: n")
    ids = [part.split('"')[0] for shown in (one, two) for part in shown.split(' id="')[1:]]
    assert len(ids) == len(set(ids)) == 4


def test_own_pictures_are_shown_and_foreign_ones_linked():
    assert paragraph("![a](/files/1)") == '<img loading="lazy" src="/files/1" alt="a">'
    assert paragraph("![a](https://e.org/i.png)") == link("https://e.org/i.png", "a")
    assert paragraph("[![a](https://e.org/i.png)](/x)") == '<a href="/x">a</a>'


def test_quotes_and_code_keep_their_classes():
    assert html("> a").startswith('<blockquote class="quote">')
    assert html("```Python x\n<b>\n```") == '<pre tabindex="0"><code class="language-python">&lt;b&gt;\n</code></pre>'
    assert html('```"><script>\na\n```') == '<pre tabindex="0"><code>a\n</code></pre>'


# Safety


ALLOWED = {tag: set(names) for tag, names in clean.ATTRIBUTES.items()}


class Inspector(HTMLParser):
    """Collect whatever the allow-list does not name."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in clean.TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED.get(tag, ()):
                self.faults.append(f"<{tag} {name}>")
            if name in {"href", "src"} and not links.is_allowed(value or ""):
                self.faults.append(f"{name}={value}")
            if name == "id" and not clean._VALUES["id"].fullmatch(value or ""):
                self.faults.append(f"id={value}")

    def handle_comment(self, data):
        self.faults.append("comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


def faults(markup_: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(markup_)
    inspector.close()
    return inspector.faults


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x 'title\" onmouseover=\"alert(1)')",
    '[x](/a "\\" onmouseover=\\"alert(1)")',
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](/a)',
    "![<img src=x onerror=alert(1)>](/a)",
    "<javascript:alert(1)>",
    '<https://e.org/"onclick=alert(1)>',
    'https://e.org/"onclick=alert(1)//',
    "https://e.org/'><script>alert(1)</script>",
    "[x]: javascript:alert(1)\n\n[x]",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "| <script> | <b onclick=x> |\n|---|---|\n| </td><script> | [x](javascript:1) |",
    "[^<script>]\n\n[^<script>]: </section><script>alert(1)</script>",
    "- [ ] <input onfocus=alert(1) autofocus>",
    "# <h1 id=login onclick=x>",
    "<!-- --><![CDATA[x]]><?php x ?><!DOCTYPE x>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><button formaction=javascript:alert(1)>x",
    "<style>@import 'x'</style><link rel=stylesheet href=//e>",
    "<base href=//evil.org><meta http-equiv=refresh content=0>",
    "<a id=x name=y class='btn main' style='position:fixed'>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](//evil.org) [y](/\\evil.org) [z](\\\\evil.org)",
    '@<script> @" onclick=x',
    "<details open ontoggle=alert(1)>",
    "[a](<javascript:alert(1)>)",
    "[a](https://e.org/<script>)",
    "\ud800<script>\udfff \ufffe \x00<b>",
    "&#0;&#x110000;&#xD800;<x&#0;y>",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_comes_out_harmless(source):
    for text in (source, f"> {source}", f"- {source}", f"**{source}**", f"a {source} b", f"[{source}](/x)"):
        assert faults(html(text, members={"script": 'a"b<c'}, anchors=True)) == []


@pytest.mark.parametrize("source", HOSTILE)
def test_each_cleaner_alone_is_enough(source):
    clean.clean("<p>warm</p>")
    for gate in (clean._own.bleach.clean, clean._own.nh3.clean):
        assert faults(clean.check_links(gate(normalise(source)))) == []


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet=st.sampled_from(list("<>\"'`[]()!*_~#|:/\\@&;=-\n abjs1[^.。中")), max_size=120))
def test_any_text_comes_out_harmless_and_the_same_twice(source):
    first = html(source, members=MEMBERS)
    assert first == html(source, members=MEMBERS)
    assert faults(first) == []


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "![",
        "*a ",
        "`",
        "<",
        "> ",
        "[a](",
        "- ",
        "http://",
        "https://a.b/((",
        "@",
        "@a",
        "a@a.",
        "www.",
        "|",
        "a|b\n",
        "&#",
        "**a",
        "~~",
        "_a",
        "[^1]",
        "[^a]: x\n",
        "<a ",
        "# a\n",
        "- [ ] a\n",
        "。**",
        "`a``b",
        "[a]: b\n",
        "||\n",
        "@张",
        "\x00",
        "\ud800",
    ],
)
def test_twenty_thousand_hostile_characters_take_less_than_a_second(piece):
    source = "a|b\n-|-\n" + (piece * 20_000)[:20_000]
    assert works_within(1, lambda: render(source, members=MEMBERS))


def test_a_text_that_is_all_structure_is_shown_as_typed():
    shown = html("a|b\n-|-\n" + "1|2\n" * 4000)
    assert shown.startswith('<pre tabindex="0"><code>a|b')


def test_too_long_a_source_is_refused():
    with pytest.raises(SourceTooLong):
        render("字" * (markup.SOURCE_MAX + 1))
    assert render("字" * markup.SOURCE_MAX).html


def test_nothing_gives_nothing():
    assert render("").html == ""
    assert render("\x00\ud800").html == ""


PLAYED = {"/study/pictures/7": Attached(kind="MP3", kilobytes=12, alt="国歌", plays=True)}


def test_a_recording_is_a_player_with_its_name_as_a_link():
    assert render("![会歌 <b>](/study/pictures/7)", files=PLAYED).html == (
        '<p><audio controls="" preload="none" src="/study/pictures/7" title="会歌 &lt;b&gt;"></audio> '
        '<a class="file" href="/study/pictures/7">会歌 &lt;b&gt;</a> (MP3, 12 KB)</p>\n'
    )
    assert 'title="a [b] *c*"' in render(r"![a \[b\] \*c\*](/study/pictures/7)", files=PLAYED).html
    assert (
        'title="国歌"></audio> <a class="file" href="/study/pictures/7">国歌</a>'
        in render("![](/study/pictures/7)", files=PLAYED).html
    )


def test_a_recording_in_a_link_or_of_no_text_is_no_player():
    assert "<audio" not in render("[![x](/study/pictures/7)](/here)", files=PLAYED).html
    assert "<audio" not in render("![x](/study/pictures/8)", files=PLAYED).html


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        (
            '<audio src="/a.mp3" autoplay loop muted onplay="alert(1)" preload="auto" style="x"></audio>',
            '<audio src="/a.mp3" controls="" preload="none"></audio>',
        ),
        ('<audio controls src="https://example.org/a.mp3"></audio>', '<audio controls="" preload="none"></audio>'),
        ('<audio controls src="data:audio/wav;base64,AA"></audio>', '<audio controls="" preload="none"></audio>'),
        (
            '<audio controls src="/a"><source src="/b"><track src="/c"></audio>',
            '<audio controls="" src="/a" preload="none"></audio>',
        ),
        ('<video controls src="/a.mp4"></video>', ""),
    ],
)
def test_of_a_player_nothing_stays_but_what_plays_a_file_of_this_site(markup, shown):
    assert safe(markup) == shown
