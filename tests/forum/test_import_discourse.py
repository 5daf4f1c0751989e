"""Topics of Discourse come over whole: tree, answer, tags, and HTML that looks right here."""

import json
import zipfile

import pytest
from sqlalchemy import select

from core.db import db
from forum.enums import ThreadKind, ThreadState
from forum.importing import discourse
from forum.importing.markup import html_to_markdown
from forum.models import Post, Tag, Thread
from tests.factories.forum import BoardFactory
from tests.forum.importing import take, threads

SITE = "https://old.example.org"


def post(number, cooked, username="chen", **more):
    return {
        "id": 900 + number,
        "topic_id": 12,
        "post_number": number,
        "username": username,
        "name": more.pop("name", ""),
        "created_at": f"2024-03-0{number}T08:00:00.000Z",
        "cooked": cooked,
        "reply_to_post_number": None,
        "post_type": 1,
        **more,
    }


def topic(*posts, **more):
    return {
        "id": 12,
        "title": "村图书室几点开门？",
        "category_id": 4,
        "archetype": "regular",
        "visible": True,
        "tags": ["图书室", {"id": 3, "name": "opening hours"}],
        "post_stream": {"posts": list(posts), "stream": [901, 902, 903]},
        **more,
    }


TOPIC = topic(
    post(1, "<p>周末开门吗？</p>", name="陈明"),
    post(2, "<p>Open from <strong>nine</strong>.</p>", "alice", reply_to_post_number=1),
    post(3, "<p>谢谢！</p>", reply_to_post_number=2),
    post(4, "", "system", post_type=3, action_code="closed.enabled"),
    accepted_answer={"post_number": 2, "username": "alice"},
    closed=True,
    pinned=True,
)


@pytest.fixture
def board(app):
    return BoardFactory(slug="general")


@pytest.fixture
def file(tmp_path):
    """Return ``file(document) -> path``."""

    def write(document, name="topic.json"):
        path = tmp_path / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write


def test_a_topic_comes_with_tree_answer_tags_and_state(board, file):
    assert take(file(TOPIC)) == (0, {"threads": 1, "posts": 3, "skipped": 0, "refused": []})
    assert threads() == {
        "村图书室几点开门？": [
            (1, None, "陈明", "周末开门吗？"),
            (2, 1, "alice", "Open from **nine**."),
            (3, 2, "陈明", "谢谢！"),
        ]
    }
    thread = db.session.scalars(select(Thread)).one()
    answer = db.session.get(Post, thread.accepted_post_id)
    assert (answer.number, thread.kind, thread.state, thread.pinned) == (
        2,
        ThreadKind.QUESTION,
        ThreadState.LOCKED,
        True,
    )
    assert [(one["zh"], one["en"]) for one in thread.tags] == [("图书室", ""), ("", "opening hours")]
    assert sorted(map(tuple, db.session.execute(select(Tag.slug, Tag.thread_count)))) == [
        ("opening-hours", 1),
        ("图书室", 1),
    ]


def test_a_topic_that_has_grown_gives_only_what_is_new(board, file):
    take(file(topic(*TOPIC["post_stream"]["posts"][:2])))
    assert take(file(TOPIC))[1] == {"threads": 0, "posts": 1, "skipped": 2, "refused": []}
    assert take(file(TOPIC))[1] == {"threads": 0, "posts": 0, "skipped": 3, "refused": []}
    assert [row[:2] for row in threads()["村图书室几点开门？"]] == [(1, None), (2, 1), (3, 2)]
    assert db.session.scalars(select(Thread.accepted_post_id)).one() is None


def test_a_topic_in_two_documents_is_one_thread(board, tmp_path):
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "12-2.json").write_text(json.dumps({"post_stream": {"posts": TOPIC["post_stream"]["posts"][2:]}}))
    (tmp_path / "t" / "12-1.json").write_text(json.dumps(topic(*TOPIC["post_stream"]["posts"][:2])))
    assert take(tmp_path / "t")[1]["posts"] == 3
    assert [row[:2] for row in threads()["村图书室几点开门？"]] == [(1, None), (2, 1), (3, 2)]


@pytest.mark.parametrize("kind", ["zip", "jsonl", "list"])
def test_topics_come_packed_in_lines_or_as_a_list(board, tmp_path, kind):
    if kind == "zip":
        source = tmp_path / "site.zip"
        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("t/12.json", json.dumps(TOPIC))
            archive.writestr("../../outside.json", json.dumps({"no": "topic"}))
            archive.writestr("uploads/a.png", b"no document")
        expected = [{"line": 2, "error": "文档里没有某个话题的帖子。", "where": "../../outside.json"}]
    else:
        source = tmp_path / ("site.jsonl" if kind == "jsonl" else "site.json")
        source.write_text(json.dumps(TOPIC) if kind == "jsonl" else json.dumps([TOPIC]))
        expected = []
    result = take(source)[1]
    assert (result["posts"], len(result["refused"])) == (3, len(expected))
    assert [fault["where"] for fault in result["refused"]] == [fault["where"] for fault in expected]
    assert {path.name for path in tmp_path.iterdir()} == {source.name}
    assert not (tmp_path.parent / "outside.json").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"archetype": "private_message"},
        {"visible": False},
        {"post_stream": {"posts": "none"}},
        {"post_stream": {"posts": [7]}},
        {"post_stream": {"posts": [post(1, "<p>a</p>", hidden=True)]}},
        {"post_stream": {"posts": [post(1, "<p>a</p>", user_deleted=True)]}},
        {"post_stream": {"posts": [post(1, "<p>a</p>", post_type=4)]}},
        {"post_stream": {"posts": [post(1, "")]}},
        {"post_stream": {"posts": [post(1, "<p>a</p>", username=None)]}},
        {"post_stream": {"posts": [{**post(1, "<p>a</p>"), "post_number": True}]}},
        {"post_stream": {"posts": [{**post(1, "<p>a</p>"), "created_at": "soon"}]}},
        {"post_stream": {"posts": [post(1, "a" * 400_001)]}},
        {"id": 2**80},
    ],
)
def test_what_is_no_public_post_is_refused_by_name(board, file, changes):
    code, result = take(file({**TOPIC, **changes}))
    assert (code, result["threads"], result["posts"]) == (1, 0, 0)
    assert all(fault["where"].startswith("topic.json") and fault["error"] for fault in result["refused"])


def test_documents_that_are_none_are_refused_and_the_others_kept(board, tmp_path, monkeypatch):
    monkeypatch.setattr(discourse, "DOCUMENT_MAX", 4_000)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_bytes(b"\xff{")
    (tmp_path / "in" / "b.json").write_text("[" * 3_000)
    (tmp_path / "in" / "c.json").write_text(" " * 4_001)
    (tmp_path / "in" / "d.json").write_text(json.dumps(TOPIC))
    code, result = take(tmp_path / "in")
    assert (code, result["posts"], [fault["where"] for fault in result["refused"]]) == (
        1,
        3,
        ["a.json", "b.json", "c.json"],
    )


def test_a_document_that_unpacks_to_too_much_is_left(board, tmp_path, monkeypatch):
    monkeypatch.setattr(discourse, "DOCUMENT_MAX", 100_000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.json", b" " * 50_000_000)
    code, result = take(tmp_path / "bomb.zip")
    assert (code, result["posts"], len(result["refused"])) == (1, 0, 1)


def test_a_link_out_of_the_folder_is_not_followed(board, tmp_path, file):
    secret = file(TOPIC, "secret.json")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "t.json").symlink_to(secret)
    assert take(tmp_path / "in")[1]["posts"] == 0


def test_only_the_wished_categories_are_taken(board, file):
    assert take(file(TOPIC), "--forum", "5")[1]["posts"] == 0
    assert take(file(TOPIC), "--forum", "4", "--forum", "5")[1]["posts"] == 3


def test_two_forums_do_not_mix(board, file):
    assert take(file(TOPIC), "--site", "north")[1]["threads"] == 1
    assert take(file(TOPIC), "--site", "south")[1]["threads"] == 1


@pytest.mark.parametrize(
    ("cooked", "expected"),
    [
        (
            '<aside class="quote" data-username="alice" data-post="1"><div class="title"><div class="quote-controls">'
            '</div><img class="avatar" src="/a.png"> alice:</div><blockquote><p>Nine.</p></blockquote></aside>'
            "<p>是</p>",
            "> **alice**\n>\n> Nine.\n\n是",
        ),
        (
            '<aside class="onebox allowlistedgeneric" data-onebox-src="https://e.org/x"><header><img src="/f.svg">e.org'
            '</header><article><h3><a href="https://e.org/x">A page</a></h3><p>Words.</p></article></aside>',
            "[A page](https://e.org/x)",
        ),
        (
            '<aside class="onebox githubblob"><header><a href="https://e.org/f#L7">e.org</a></header><article><h4>f#L7</h4>'
            '<pre class="onebox"><code class="h">7. void f();</code></pre></article></aside>',
            "[f#L7](https://e.org/f#L7)\n\n```\n7. void f();\n```",
        ),
        ('<p>好 <img class="emoji" src="/e.png" alt=":smile:" title=":smile:"></p>', "好 :smile:"),
        (
            '<div class="lightbox-wrapper"><a class="lightbox" href="/up/big.png"><img src="/up/s.png" alt="hall">'
            '<div class="meta">hall 690×340</div></a></div>',
            "[hall](https://old.example.org/up/big.png)",
        ),
        ('<p><a class="mention" href="/u/bob">@bob</a> hi</p>', "[@bob](https://old.example.org/u/bob) hi"),
        ('<h2><a class="anchor" href="#h"></a>Hours</h2>', "## Hours"),
        ("<p>one<br>\ntwo<br>\n- three</p>", "one\ntwo\n\\- three"),
        ('<pre><code class="lang-auto">x = 1\n</code></pre>', "```\nx = 1\n```"),
        (
            '<iframe src="https://video.example.org/1"></iframe>',
            "<https://video.example.org/1>",
        ),
        ('<p><a href="javascript:alert(1)">x</a><a href="data:text/html,x">y</a></p>', "xy"),
        ('<p><img src="x" onerror="alert(1)" alt="p"></p>', "![p](https://old.example.org/x)"),
    ],
    ids=range(12),
)
def test_html_of_the_other_forum_becomes_plain_markdown(cooked, expected):
    assert html_to_markdown(cooked, SITE + "/") == expected


def test_without_an_address_relative_links_keep_only_their_words():
    assert html_to_markdown('<p><a href="/u/bob">@bob</a> <a href="//e.org/a">a</a></p>') == "@bob [a](https://e.org/a)"
