"""Threads from other forums are taken in whole, once, and faults are named."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from accounts.models import User, UserState
from core.db import db
from core.events import ContentEvent
from core.refs import Ref
from forum.cli import import_threads, rerender
from forum.importing import rendering
from forum.importing.lines import LineRefused, parse_line
from forum.importing.rendering import html_to_markdown, make_ready, renderer, text_to_markdown
from forum.models import TITLE_MAX, Board, Post, Thread
from forum.services import checking
from tests.factories.accounts import UserFactory
from tests.factories.forum import BoardFactory, PostFactory


def line(**changes) -> dict:
    values = {
        "thread_id": "t1",
        "post_id": "p1",
        "parent_id": None,
        "author": "u_one",
        "created_at": "2017-05-01T14:05:00Z",
        "title": "A title",
        "body": "Some *words*.",
        "format": "markdown",
    }
    return {**values, **changes}


THREAD = [
    line(),
    line(
        post_id="p2",
        parent_id="p1",
        author="u_two",
        created_at="2017-05-01T15:00:00Z",
        title="",
        body="<p>An <b>answer</b></p>",
        format="html",
    ),
    line(
        post_id="p3",
        parent_id="p2",
        author="u_one",
        created_at="2017-05-01T16:00:00+08:00",
        title="",
        body="2 * 3 * 4\n# no heading",
        format="text",
    ),
]


@pytest.fixture
def run(app, tmp_path):
    """Return ``run(lines) -> (exit code, result)``."""
    BoardFactory(slug="general")

    def go(lines, *options):
        file = tmp_path / "threads.jsonl"
        file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
        done = CliRunner().invoke(
            import_threads, [str(file), "--board", "general", *(options or ["--json"])], catch_exceptions=False
        )
        return done.exit_code, json.loads(done.stdout) if not options else done.output

    return go


def test_a_thread_is_taken_in_with_its_tree_authors_and_counters(run, announced):
    assert run(THREAD) == (0, {"threads": 1, "posts": 3, "skipped": 0, "refused": []})

    thread = db.session.scalars(select(Thread)).one()
    posts = db.session.scalars(select(Post).order_by(Post.number)).all()
    board = db.session.scalars(select(Board)).one()
    assert (thread.title, thread.reply_count, thread.last_number) == ("A title", 2, 3)
    # The third line claims to be older than what it answers, and comes after it all the same.
    assert [post.external_id for post in posts] == ["p1", "p2", "p3"]
    assert [post.path for post in posts] == ["", "00002", "0000200003"]
    assert posts[2].parent_id == posts[1].id
    assert [*checking.find_faults([thread.id]), *checking.find_board_faults()] == []
    assert [post.html.strip() for post in posts] == [
        "<p>Some <em>words</em>.</p>",
        "<p>An <strong>answer</strong></p>",
        "<p>2 * 3 * 4<br>\n# no heading</p>",
    ]
    assert thread.last_posted_at == datetime(2017, 5, 1, 15, 0, tzinfo=UTC)
    assert (board.thread_count, board.post_count) == (1, 3)
    authors = db.session.scalars(select(User).order_by(User.username)).all()
    assert [(user.username, user.state, user.password_hash) for user in authors] == [
        ("u_one", UserState.IMPORTED, None),
        ("u_two", UserState.IMPORTED, None),
    ]
    assert set(announced()) == {
        ContentEvent(subject=Ref("thread", thread.id)),
        ContentEvent(subject=Ref("post", posts[1].id)),
        ContentEvent(subject=Ref("post", posts[2].id)),
    }


def test_answers_that_claim_to_be_older_wait_for_what_they_answer(run):
    hours = {"p1": (None, 10), "p2": ("p1", 14), "p3": ("p2", 12), "p4": ("p3", 11), "p5": ("p1", 13)}
    run(
        line(post_id=name, parent_id=parent, created_at=f"2017-05-01T{hour}:00:00Z", title="")
        for name, (parent, hour) in hours.items()
    )
    posts = db.session.execute(select(Post.external_id, Post.path).order_by(Post.number)).all()
    assert [tuple(post) for post in posts] == [
        ("p1", ""),
        ("p5", "00002"),
        ("p2", "00003"),
        ("p3", "0000300004"),
        ("p4", "000030000400005"),
    ]


def test_the_same_file_twice_adds_nothing(run):
    run(THREAD)
    assert run(THREAD) == (0, {"threads": 0, "posts": 0, "skipped": 3, "refused": []})


def test_a_longer_file_adds_only_what_is_new(run):
    run(THREAD[:1])
    assert run(THREAD)[1] == {"threads": 0, "posts": 2, "skipped": 1, "refused": []}
    thread = db.session.scalars(select(Thread)).one()
    board = db.session.scalars(select(Board)).one()
    assert (thread.reply_count, thread.last_number, board.thread_count, board.post_count) == (2, 3, 1, 3)


@pytest.mark.parametrize(
    "bad",
    [
        "{not json",
        "[]",
        '"text"',
        "[" * 5000,
        '{"thread_id": "t", "body": "\\ud800"}',
        line(post_id="x", body=""),
        line(post_id="x", body=" \x00 "),
        line(post_id="x", body=7),
        line(post_id="x", body="字" * 32_001),
        line(post_id="x", body="a" * 400_001),
        line(post_id="x", format="docx"),
        line(post_id="x", created_at="yesterday"),
        line(post_id="x", created_at=None),
        line(post_id="x", created_at="0001-01-01T00:00:00+14:00"),
        line(post_id="x", author=""),
        line(post_id="x", author=None),
        line(post_id=""),
        line(post_id="a\x00b"),
        line(thread_id=None, post_id="x"),
        line(post_id="x", parent_id="nowhere"),
        line(post_id="x", parent_id="x"),
        line(post_id="p1"),
        line(thread_id="t9", post_id="x", parent_id="y"),
    ],
    ids=range(23),
)
def test_a_bad_line_is_named_and_the_good_ones_kept(run, bad):
    code, result = run([THREAD[0], bad, THREAD[1]])
    assert code == 1
    assert (result["threads"], result["posts"]) == (1, 2)
    assert [fault["line"] for fault in result["refused"]] == [2]
    assert result["refused"][0]["error"]


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(LineRefused):
        parse_line(1, b'{"thread_id": "\xff"}')


def test_replies_without_an_opening_post_are_refused(run):
    code, result = run([line(post_id="a", parent_id="b"), line(post_id="b", parent_id="a")])
    assert (code, result["posts"], [fault["line"] for fault in result["refused"]]) == (1, 0, [1, 2])


def test_several_posts_without_parent_answer_the_thread(run):
    run(
        [
            line(),
            line(post_id="p2", created_at="2018-01-01T00:00:00"),
            line(post_id="p3", created_at="2019-01-01T00:00:00Z"),
        ]
    )
    assert db.session.scalars(select(Post.path).order_by(Post.number)).all() == ["", "00002", "00003"]


def test_a_long_chain_of_answers_is_no_trouble(run):
    chain = [line()] + [line(post_id=f"p{n}", parent_id=f"p{n - 1}") for n in range(2, 1500)]
    assert run(chain)[1]["posts"] == 1499
    assert db.session.scalars(select(Post.parent_id).order_by(Post.number)).all().count(None) == 1


def test_a_member_does_not_get_the_words_of_an_imported_namesake(run):
    real = UserFactory(username="u_one").id
    run(THREAD)
    run([line(thread_id="t2", post_id="q1")])
    authors = {post.author_id for post in db.session.scalars(select(Post))}
    assert real not in authors
    assert db.session.scalars(
        select(User.username).where(User.state == UserState.IMPORTED).order_by(User.username)
    ).all() == [
        "u_one-imported",
        "u_two",
    ]


def test_people_read_the_result_in_words(run):
    code, shown = run([*THREAD, "{"], "--json")[0], run([*THREAD, "{"], "--board", "general")[1]
    assert code == 1
    assert "4" in shown


def test_an_unknown_board_is_wrong_usage(app, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text("")
    done = CliRunner().invoke(import_threads, [str(file), "--board", "nowhere"])
    assert done.exit_code == 2


# Rendering


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>a</p><p>b <em>c</em></p>", "a\n\nb *c*"),
        ("<pre><code class='language-python'>x = 1\n</code></pre>", "```python\nx = 1\n```"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<blockquote><p>q</p></blockquote>", "> q"),
        ("<a href='https://e.org/a_b'>x</a>", "[x](https://e.org/a_b)"),
        ("a * b _ c", "a \\* b \\_ c"),
        ("x<script>alert(1)</script><style>p{}</style>", "x"),
        # Formulas stay as they are written, on one line.
        ("<p>If $a_1 *\n b_2$ and <em>c</em></p>", "If $a_1 * b_2$ and *c*"),
        ("<p>so<br>\n$$\\frac{a}{b}\n = c_1$$ holds</p>", "so\n\n$$\\frac{a}{b} = c_1$$\n holds"),
        ("<h2>The $$x_1$$ of it</h2>", "## The $$x_1$$ of it"),
        # Money, names of variables and what is escaped there are none.
        ("between $5_0 and $6_0", "between $5\\_0 and $6\\_0"),
        ("US$a_b$", "US$a\\_b$"),
        # Lines of code that are numbered by a list.
        (
            "<pre><code class='lang-c'><ol><li>a;</li>\n<li>\n</li>\n<li>  b;</li></ol></code></pre>",
            "```c\na;\n\n  b;\n```",
        ),
        # A preview of another page is a link to it; the code it shows stays.
        (
            "<aside class='onebox'><h4><a href='https://e.org/f.c'>f.c</a></h4><pre><code>x</code></pre><p>more</p></aside>",
            "[f.c](https://e.org/f.c)\n\n```\nx\n```",
        ),
    ],
)
def test_html_becomes_markdown(source, expected):
    assert html_to_markdown(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "# one\n- two\n1. three\n> four\n* five\n+ six\n=== seven\n--- eight\n``` nine",
        "a_b_c *x* [y](z) `q` <b> ~~s~~ \\",
        "    four spaces",
        "第一行\n\u3000\u3000第二行",
    ],
)
def test_plain_text_shows_as_it_stands(source):
    ready = make_ready(("text", source))
    assert not any(tag in ready.html for tag in ("<h", "<li", "<block", "<em", "<code", "<pre", "<s>", "<a "))
    from core.text import plain

    assert "".join(plain(ready.html).split()) == "".join(source.split())


def test_lines_of_formulas_need_no_dollar_signs_in_html():
    lines = r"\begin{align}a &= 1,\\ b &= 2\end{align}"
    ready = make_ready(("html", f"<p>So: {lines.replace('&', '&amp;')}</p><p>Or \\begin{{align}} as a word</p>"))
    assert ready.html.count("<math ") == 1
    assert ready.body.split("\n") == ["So: ", f"$${lines}$$", "", r"Or \\begin{align} as a word"]


def test_formulas_are_shown_as_such_where_a_post_was_html_and_not_where_it_was_plain():
    assert "<mfrac>" in make_ready(("html", "<p>$$\\frac{a_1}{b_2}$$</p>")).html
    assert "<math" not in make_ready(("text", "$a_1 + b_2$")).html


def test_a_title_that_is_too_long_is_cut_and_begins_the_post_whole(run):
    title = "How long may *titles* be " * 8
    assert run([line(title=title, body="Who knows?"), line(post_id="p2", parent_id="p1", title="")])[0] == 0
    thread = db.session.scalars(select(Thread)).one()
    assert thread.title == title[: TITLE_MAX - 1].rstrip() + "…"
    bodies = db.session.scalars(select(Post.body).order_by(Post.number)).all()
    assert bodies == [text_to_markdown(title) + "\n\nWho knows?", "Some *words*."]


def test_tags_that_differ_by_a_sign_stay_apart(run):
    run([line(tags=["c", "c#", "C++"])])
    thread = db.session.scalars(select(Thread)).one()
    assert [one["slug"] for one in thread.tags] == ["c", "c-sharp", "c-plus-plus"]


def test_links_in_plain_text_are_links():
    ready = make_ready(("text", "see https://e.org/a_b*c_d"))
    assert '<a href="https://e.org/a_b*c_d"' in ready.html
    assert text_to_markdown("https://e.org/a_b") == "https://e.org/a_b"


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 3000 + "x",
        "<b>" * 20_000,
        "<" * 20_000,
        "&" * 20_000,
        "<table>" + "<tr><td>" * 3000,
        "<blockquote>" * 2000 + "deep",
    ],
)
def test_hostile_html_is_taken_or_refused_but_never_breaks(source):
    ready = make_ready(("html", source))
    assert ready.too_long or "<script" not in ready.html


@pytest.mark.slow
def test_a_pool_gives_the_same_as_one_process(monkeypatch):
    monkeypatch.setattr(rendering, "POOL_PAYS_FROM", 1)
    jobs = [("markdown", f"*{number}*") for number in range(60)]
    with renderer(60) as workers:
        pooled = workers.render(jobs)
    assert pooled == [make_ready(job) for job in jobs]


def test_old_posts_are_rendered_again(app):
    old = PostFactory(body="**new**", html="<p>old</p>", render_version=0)
    fresh = PostFactory(body="**new**", html="<p>kept</p>")
    app.test_cli_runner().invoke(rerender, catch_exceptions=False)
    db.session.refresh(old), db.session.refresh(fresh)
    assert (old.html, fresh.html) == ("<p><strong>new</strong></p>\n", "<p>kept</p>")
