"""A phpBB dump comes over: its SQL in all its shapes, its two markups, and nothing that was not public."""

import gzip
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.db import db
from forum.enums import ThreadState
from forum.importing import dump
from forum.importing.bbcode import bbcode_to_html, s9e_to_html
from forum.importing.dump import Scanner, rows
from forum.importing.lines import LineRefused
from forum.importing.markup import html_to_markdown
from forum.importing.rendering import make_ready
from forum.models import Thread
from tests.factories.forum import BoardFactory
from tests.forum.importing import take, threads

THREE = r"""-- A dump
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `phpbb_acl_users` (`user_id` int, `forum_id` int);
INSERT INTO `phpbb_acl_users` VALUES (2,0);
CREATE TABLE `phpbb_posts` (
  `post_id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `topic_id` int(10) NOT NULL DEFAULT '0',
  `forum_id` int(10), `poster_id` int(10), `post_time` int(11),
  `post_username` varchar(255), `post_subject` varchar(255), `post_text` mediumtext,
  `bbcode_uid` varchar(8), `post_visibility` tinyint(3),
  PRIMARY KEY (`post_id`), KEY `topic_id` (`topic_id`)
) ENGINE=InnoDB;
LOCK TABLES `phpbb_posts` WRITE;
INSERT INTO `phpbb_posts` VALUES (1,10,2,2,1600000000,'','春耕工具','<t>谁有多的犁？<br/>\n借两天。</t>','',1),
(2,10,2,3,1600000100,'','Re: 春耕工具','<r><QUOTE author="王芳"><s>[quote="王芳"]</s>谁有<e>[/quote]</e></QUOTE>
I have <B><s>[b]</s>one<e>[/b]</e></B>; it''s old \\ rusty <E>:)</E></r>','',1),
(3,10,2,1,1600000200,'路人','',0x3c743e47756573743c2f743e,'',1),(4,10,2,3,1600000300,'','','<t>gone</t>','',2);
INSERT INTO `phpbb_topics` (`topic_id`, `topic_title`, `topic_status`, `topic_type`, `topic_visibility`)
VALUES (10,'春耕工具 &amp; more',1,1,1), (11,'Secret',0,0,0);
INSERT INTO phpbb_posts (post_id, topic_id, forum_id, poster_id, post_time, post_text, post_visibility) VALUES
(5, 11, 7, 2, 1600000400, 'unapproved topic', 1);
INSERT INTO `phpbb_users` (`user_id`, `username`, `user_email`) VALUES (1,'Anonymous',''),(2,'王芳','wang@example.org'),
(3,'bob','bob@example.org');
"""

TWO = r"""# phpBB 2
INSERT INTO phpbb_posts (post_id, topic_id, forum_id, poster_id, post_time, post_username)
 VALUES ("1", "1", "1", "2", "972086460", "");
INSERT INTO phpbb_posts_text (post_id, bbcode_uid, post_subject, post_text) VALUES
 (1, 'e02e988e49', 'Mod''s list', '[b:e02e988e49]Thanks[/b:e02e988e49] INSERT INTO phpbb_posts (9);\r\nnext line');
INSERT INTO phpbb_topics (topic_id, topic_title, topic_status, topic_type) VALUES (1, 'Mod\'s list', 0, 0);
INSERT INTO phpbb_users (user_id, username) VALUES (2, 'jean');
"""


@pytest.fixture
def board(app):
    return BoardFactory(slug="general")


@pytest.fixture
def file(tmp_path):
    """Return ``file(text, name, encoding) -> path``."""

    def write(text, name="forum.sql", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return path

    return write


def test_a_dump_of_version_three_comes_over(board, file):
    code, result = take(file(THREE))
    assert (code, result["threads"], result["posts"]) == (1, 1, 3)
    assert [fault["where"] for fault in result["refused"]] == ["post 4", "post 5"]
    assert threads() == {
        "春耕工具 & more": [
            (1, None, "王芳", "谁有多的犁？\n借两天。"),
            (2, 1, "bob", "> **王芳**\n>\n> 谁有\n\nI have **one**; it's old \\\\ rusty :)"),
            (3, 1, "路人", "Guest"),
        ]
    }
    thread = db.session.scalars(select(Thread)).one()
    assert (thread.state, thread.pinned) == (ThreadState.LOCKED, True)
    assert take(file(THREE))[1]["skipped"] == 3


def test_a_dump_of_version_two_comes_over_and_its_texts_are_no_statements(board, file):
    assert take(file(TWO, "forum.sql"))[0] == 0
    assert threads() == {"Mod's list": [(1, None, "jean", "**Thanks** INSERT INTO phpbb\\_posts (9);\nnext line")]}


def test_a_dump_that_has_grown_gives_only_what_is_new(board, file):
    first = THREE.replace("I have <B>", "<t>x</t>")
    take(
        file(
            first[: first.index("INSERT INTO `phpbb_posts` VALUES")] + first[first.index("INSERT INTO `phpbb_users`") :]
        )
    )
    assert take(file(THREE))[1]["posts"] == 3


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "latin-1"])
def test_other_encodings_are_read(board, file, encoding):
    named = {"gb18030": "gbk", "big5": "big5", "latin-1": "latin1"}[encoding]
    words = "Café" if encoding == "latin-1" else "農村圖書"
    text = TWO.replace("next line", words).replace("# phpBB 2", f"/*!40101 SET NAMES {named} */;")
    assert take(file(text, encoding=encoding))[0] == 0
    assert threads()["Mod's list"][0][3].endswith(words)


def test_a_packed_dump_is_read(board, file):
    assert take(file(gzip.compress(THREE.encode()), "forum.sql.gz"), "--format", "phpbb")[1]["posts"] == 3


def test_only_the_wished_forums_are_taken(board, file):
    assert take(file(THREE), "--forum", "7")[1]["posts"] == 0
    assert take(file(THREE), "--forum", "2")[1]["posts"] == 3


@pytest.mark.parametrize(
    "text",
    [
        THREE[: THREE.index("it''s") + 4],
        THREE + "INSERT INTO `phpbb_topics` VALUES (1, 'no column list",
        "INSERT INTO phpbb_posts VALUES (1,2,3);",
        "INSERT INTO phpbb_posts (post_id, topic_id, poster_id, post_time) VALUES (1, ",
        "CREATE TABLE phpbb_posts (post_id int",
    ],
    ids=range(5),
)
def test_a_damaged_dump_is_named_and_what_came_before_kept(board, file, text):
    code, result = take(file(text))
    assert code == 1
    assert result["refused"][-1]["where"] == "forum.sql" or result["refused"][-1]["line"] > 0


def test_a_long_line_is_read_in_pieces(monkeypatch):
    monkeypatch.setattr(dump, "CHUNK", 7)
    text = (
        "INSERT INTO posts (post_id, post_text) VALUES " + ",".join(f"({n},'a''b\\'c;{n}')" for n in range(300)) + ";"
    )
    found = list(rows(Scanner(io.StringIO(text), "utf-8"), frozenset({"posts"})))
    assert len(found) == 300
    assert found[299] == ("posts", 1, {"post_id": "299", "post_text": "a'b'c;299"})


def test_memory_stays_flat_however_long_a_statement_is():
    class Endless(io.TextIOBase):
        left = 40

        def read(self, size=-1):
            self.left -= 1
            return "(1,'" + "x" * 200_000 + "')," if self.left > 0 else ""

    tracemalloc.start()
    source = Endless()
    scanner = Scanner(source, "utf-8")
    scanner.buffer = "INSERT INTO posts (post_id, post_text) VALUES "
    with pytest.raises(LineRefused):
        for _row in rows(
            Scanner(io.StringIO("INSERT INTO posts (a) VALUES ('" + "x" * 100), "utf-8"), frozenset({"posts"})
        ):
            pass
    assert sum(1 for _row in rows(scanner, frozenset({"posts"}))) == 39
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


def test_a_value_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(dump, "TOKEN_MAX", 1000)
    monkeypatch.setattr(dump, "CHUNK", 100)
    with pytest.raises(LineRefused):
        list(rows(Scanner(io.StringIO("INSERT INTO posts (a) VALUES ('" + "x" * 5000), "utf-8"), frozenset({"posts"})))


@given(st.lists(st.text(max_size=30).filter(lambda text: "\r" not in text), min_size=1, max_size=4), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_every_text_comes_back_as_it_was_written(values, chunk):
    quoted = ["'" + value.replace("\\", "\\\\").replace("'", "''").replace("\0", "\\0") + "'" for value in values]
    text = f"INSERT INTO posts ({','.join(f'c{n}' for n in range(len(values)))}) VALUES ({','.join(quoted)});"
    old, dump.CHUNK = dump.CHUNK, chunk
    try:
        found = list(rows(Scanner(io.StringIO(text, newline=""), "utf-8"), frozenset({"posts"})))
    finally:
        dump.CHUNK = old
    assert [list(row.values()) for _table, _line, row in found] == [values]


def old(source, uid="abc123"):
    return html_to_markdown(bbcode_to_html(source, uid))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[b:abc123]粗[/b:abc123] [i:abc123]斜[/i:abc123] [u:abc123]线[/u:abc123]", "**粗** *斜* *线*"),
        ("[b]as typed[/b]", "\\[b\\]as typed\\[/b\\]"),
        ("[quote=&quot;王芳&quot;:abc123]谁？[/quote:abc123]我。", "> **王芳**\n>\n> 谁？\n\n我。"),
        ('[quote:abc123="Bob"]x[/quote:abc123]', "> **Bob**\n>\n> x"),
        ("[url=http://e.org/a?b=1&amp;c=2:abc123]page[/url:abc123]", "[page](http://e.org/a?b=1&c=2)"),
        ("[url]http://e.org/x[/url]", "<http://e.org/x>"),
        ("[img:abc123]http://e.org/p.png[/img:abc123]", "![p.png](http://e.org/p.png)"),
        ("[list:abc123][*:abc123]one[/*:m:abc123][*:abc123]two[/*:m:abc123][/list:u:abc123]", "- one\n- two"),
        ("[list=1:abc123][*:abc123]one[*:abc123]two[/list:o:abc123]", "1. one\n2. two"),
        ("[code:1:abc123]if a &lt; b:\n    [b]x[/b][/code:1:abc123]", "```\nif a < b:\n    [b]x[/b]\n```"),
        ("[size=150:abc123][color=#FF0000:abc123]big[/color:abc123][/size:abc123]", "big"),
        ('好 <!-- s:) --><img src="{SMILIES_PATH}/s.gif" alt=":)" /><!-- s:) -->', "好 :)"),
        (
            '<!-- m --><a class="postlink" href="http://e.org/long">http://e.org/l ... ng</a><!-- m -->',
            "[http://e.org/l ... ng](http://e.org/long)",
        ),
        ("[attachment=0:abc123]<!-- ia0 -->map.pdf<!-- ia0 -->[/attachment:abc123]", "📎 map.pdf"),
        ("[b:abc123][i:abc123]crossed[/b:abc123][/i:abc123]", "***crossed***"),
        ("[url=javascript:alert(1):abc123]x[/url:abc123]", "x"),
        ("one\n\ntwo\nthree", "one\n\ntwo\nthree"),
    ],
    ids=range(17),
)
def test_old_bbcode_becomes_markdown(source, expected):
    assert old(source) == expected


def test_bbcode_without_a_mark_is_read_where_no_post_has_one():
    assert old("[b]x[/b] [not a tag]", "") == "**x** \\[not a tag\\]"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<t>a &lt;b&gt; c<br/>\nd</t>", "a \\<b\\> c\nd"),
        (
            '<r><URL url="https://e.org/a"><LINK_TEXT text="e.org/…">https://e.org/a</LINK_TEXT></URL></r>',
            "[e.org/…](https://e.org/a)",
        ),
        (
            '<r><LIST type="decimal"><s>[list=1]</s><LI><s>[*]</s>一</LI>\n<LI>二</LI><e>[/list]</e></LIST></r>',
            "1. 一\n2. 二",
        ),
        ("<r><CODE><s>[code]</s>x = 1\n  y<e>[/code]</e></CODE></r>", "```\nx = 1\n  y\n```"),
        (
            '<r><COLOR color="red"><s>[color=red]</s>红<e>[/color]</e></COLOR> <EMOJI seq="1f600">😀</EMOJI></r>',
            "红 😀",
        ),
        (
            '<r><IMG src="https://e.org/p.png"><s>[img]</s>https://e.org/p.png<e>[/img]</e></IMG></r>',
            "![p.png](https://e.org/p.png)",
        ),
        ('<r><URL url="javascript:alert(1)">x</URL></r>', "x"),
        ("<r>not closed <B>", "not closed"),
    ],
    ids=range(8),
)
def test_newer_xml_becomes_markdown(source, expected):
    assert html_to_markdown(s9e_to_html(source)) == expected


LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>'


@pytest.mark.parametrize("source", [LAUGHS, OUTSIDE, "<r>" + "<B>" * 5000 + "x" + "</B>" * 5000 + "</r>", "<r>\0</r>"])
def test_hostile_xml_is_shown_as_text_or_not_at_all(source):
    ready = make_ready(("s9e", source))
    assert "hahaha" not in ready.html
    assert "<b" not in ready.html.replace("<br", "")


@pytest.mark.parametrize(
    "source", ["[quote:abc123]" * 5000, "[list:abc123][*:abc123]" * 3000, "[" * 30_000, "[b:abc123]x[/b:abc123]" * 3000]
)
def test_hostile_bbcode_never_breaks(source):
    ready = make_ready(("bbcode:abc123", source))
    assert ready.too_long or "<script" not in ready.html
