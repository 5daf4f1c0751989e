import pytest

from search.parsing import parse
from search.snippets import as_html, cut, mark

pytestmark = pytest.mark.no_database


def marked(text, asked):
    return as_html(mark(text, parse(asked)))


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("支持中文吗", "中文", "支持<mark>中文</mark>吗"),
        ("會議記錄", "会议", "<mark>會議</mark>記錄"),
        ("会议记录", "會議記錄", "<mark>会议记录</mark>"),
        ("He was running late", "run", "He was <mark>running</mark> late"),
        ("Ｆｌａｓｋ入门", "flask", "<mark>Ｆｌａｓｋ</mark>入门"),
        ("㎏ 和 Résumé", "resume", "㎏ 和 <mark>Résumé</mark>"),
        ("账目公布", '"账目公布"', "<mark>账目公布</mark>"),
        ("concat", "cat", "concat"),
        ("open_dir()", "open_dir", "<mark>open</mark>_<mark>dir</mark>()"),
        ("没有", "别的", "没有"),
        ("", "x", ""),
    ],
)
def test_hits_are_marked(text, asked, shown):
    assert marked(text, asked) == shown


def test_everything_is_escaped():
    text = "<img src=x onerror=1> 账目 & \"'</mark>"

    shown = as_html(cut(text, parse("账目 img")).pieces)

    assert shown == "&lt;<mark>img</mark> src=x onerror=1&gt; <mark>账目</mark> &amp; &quot;&#x27;&lt;/mark&gt;"


def test_a_snippet_begins_and_ends_with_a_sentence():
    before = "天气很好，大家都来了。" * 20
    after = "然后散会，各自回家去。" * 40

    snippet = cut(f"{before}账目每个季度公布一次。{after}", parse("账目公布"))

    assert str(snippet).startswith("…")
    assert "。账目每个季度公布一次。" in str(snippet)
    assert str(snippet).endswith("。…")
    assert len(str(snippet)) < 260


def test_the_place_where_most_words_stand_together_is_shown():
    text = "会议很长。" * 50 + "会议记录要在三日内公布。" + "记录很短。" * 50

    assert "会议记录要在三日内公布" in str(cut(text, parse("会议 记录 公布")))


def test_english_is_cut_between_words():
    text = "one two three four five six seven " * 30 + "the treasurer explains " + "eight nine ten eleven " * 30

    shown = str(cut(text, parse("treasurer"))).strip("…")

    assert shown.split()[0] in text.split()
    assert shown.split()[-1] in text.split()
    assert "treasurer" in shown


def test_the_page_of_the_best_hit_is_named():
    text = "第一页说会议\f第二页说别的\f第三页说会议记录和公布"

    snippet = cut(text, parse("会议记录 公布"))

    assert snippet.page == 3
    assert "第三页" in str(snippet)
    assert cut(text, parse("没有的词")).page == 0
    assert cut("会议", parse("会议")).page == 0


def test_without_a_hit_the_beginning_is_shown():
    assert str(cut("标题里才有。" * 100, parse("xyz"))).startswith("标题里才有。")
    assert cut("", parse("x")).pieces == ()
