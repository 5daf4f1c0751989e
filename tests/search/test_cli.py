import json

import pytest
from click.testing import CliRunner

from core.errors import NotFound
from search import services
from search.cli import Busy, search
from tests.factories.search import document


@pytest.fixture
def run(app):
    """Return ``run(*arguments) -> result`` of a search command."""
    return lambda *arguments: CliRunner().invoke(search, [str(one) for one in arguments])


@pytest.fixture
def indexed(shelf):
    for one in (
        document(1, "账目公布的办法", "办法", external_id="m-1"),
        document(2, "账目", audience="members"),
        document(3, "Open accounts"),
    ):
        shelf.put(one)
    services.rebuild()
    return shelf


def test_query_prints_one_json_object(run, indexed):
    result = run("query", "账目", "--json")

    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert set(found) == {"total", "took_ms", "suggestion", "hits"}
    assert found["total"] == 1
    assert {name: found["hits"][0][name] for name in ("kind", "id", "external_id", "title", "url", "snippet")} == {
        "kind": "post",
        "id": 1,
        "external_id": "m-1",
        "title": "办法",
        "url": "/forum/posts/1",
        "snippet": "<mark>账目</mark>公布的办法",
    }


def test_query_as_a_member_finds_what_members_may_read(run, indexed, member):
    assert json.loads(run("query", "账目", "--as", "member", "--json").stdout)["total"] == 2


def test_query_for_people_and_narrowed_to_a_kind(run, indexed):
    assert "post:3" in run("query", "accounts").stdout
    assert run("query", "accounts", "--kind", "lesson").stdout.startswith("0 found")


def test_query_as_nobody_is_refused(run, indexed):
    assert isinstance(run("query", "x", "--as", "nobody").exception, NotFound)


def test_queries_prints_one_line_each(run, indexed, tmp_path):
    file = tmp_path / "queries.jsonl"
    file.write_text('{"id": "q1", "text": "账目"}\n\n{"id": "q2", "text": "没有的词"}\n', "utf-8")

    lines = [json.loads(line) for line in run("queries", file).stdout.splitlines()]

    assert [(line["id"], [hit["external_id"] for hit in line["hits"]]) for line in lines] == [
        ("q1", ["m-1"]),
        ("q2", []),
    ]
    assert set(lines[0]["hits"][0]) == {"external_id", "kind", "id", "score"}


def test_queries_names_the_line_that_cannot_be_read(run, indexed, tmp_path):
    file = tmp_path / "queries.jsonl"
    file.write_text('{"id": "q1", "text": "账目"}\n[1]\n', "utf-8")

    result = run("queries", file)

    assert result.exit_code == 2
    assert "line 2" in result.stderr


def test_queries_without_an_index_is_refused(run, shelf, tmp_path):
    file = tmp_path / "queries.jsonl"
    file.write_text('{"id": "q1", "text": "账目"}\n', "utf-8")

    assert isinstance(run("queries", file).exception, NotFound)


def test_rebuild_check_and_status_agree(run, indexed):
    assert json.loads(run("rebuild", "--json").stdout)["documents"] == 3
    assert "Indexed 3 documents" in run("rebuild").stdout
    checked = run("check", "--json")
    assert (checked.exit_code, json.loads(checked.stdout)["ok"]) == (0, True)
    status = run("status", "--json")
    assert (status.exit_code, json.loads(status.stdout)["documents"]) == (0, 3)


def test_check_names_differences_and_fails(run, indexed):
    indexed.put(document(3, "Changed"))
    indexed.put(document(4, "New"))

    result = run("check")

    assert result.exit_code == 1
    assert "stale post:3" in result.stdout
    assert "missing post:4" in result.stdout


def test_check_and_status_without_an_index_fail(run, shelf):
    assert isinstance(run("check").exception, NotFound)
    assert run("status").exit_code == 1


def test_a_second_rebuild_is_refused(run, indexed):
    with services.engine().store.rebuilding():
        assert isinstance(run("rebuild").exception, Busy)


def test_queries_scores_the_answers_by_what_was_judged(run, indexed, tmp_path):
    asked, judged = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    asked.write_text('{"id": "q1", "text": "账目"}\n{"id": "q2", "text": "没有的词"}\n', "utf-8")
    judged.write_text("query\tdocument\tgrade\nq1\tm-1\t1\nq2\tm-1\t1\n", "utf-8")

    result = run("queries", asked, "--judged", judged)

    assert json.loads(result.stdout) == {"queries": 2, "ndcg@10": 0.5, "recall@10": 0.5}


def test_queries_refuses_judgments_that_are_no_table(run, indexed, tmp_path):
    asked = tmp_path / "queries.jsonl"
    asked.write_text('{"id": "q1", "text": "账目"}\n', "utf-8")

    result = run("queries", asked, "--judged", asked)

    # One line is a heading without a table below it.
    assert json.loads(result.stdout)["queries"] == 0
    asked.write_text(asked.read_text("utf-8") * 2, "utf-8")
    assert run("queries", asked, "--judged", asked).exit_code == 2
