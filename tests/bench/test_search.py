"""The benchmark of searching scores what the engine finds, from files as they are handed round."""

import gzip
import json

import pytest

from bench import search, searches


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "sets" / "small"
    made.mkdir(parents=True)
    rows = [
        {"id": "a", "title": "", "text": "个体工商户可以起字号"},
        {"id": "b", "title": "", "text": "a quantum computer"},
    ]
    with gzip.open(made / "corpus.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    asked = [{"id": "q1", "text": "谁是个体工商户"}, {"id": "q2", "text": "quantum computers"}]
    (made / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)), "utf-8")
    (made / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\tb\t1\n", "utf-8")
    return made.parent


def test_a_set_is_indexed_asked_and_scored(folder, capsys):
    assert search.run(folder)

    line = capsys.readouterr().out.splitlines()[-1].split()
    assert line[:2] == ["small", "2"]
    assert line[2::2][:2] == ["1.0000", "1.0000"]


def test_what_is_below_plain_engines_is_said(folder, monkeypatch, capsys):
    monkeypatch.setitem(search.BASELINES, "small", (1.1, 1.0))

    assert not search.run(folder)
    assert "MISSED" in capsys.readouterr().out


def test_searches_are_timed_among_texts(folder, capsys):
    texts = folder.parent / "texts"
    texts.mkdir()
    rows = [{"id": str(n), "title": "", "text": "劳动合同的解除应当提前通知对方并且支付补偿" * 2} for n in range(30)]
    (texts / "laws.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")

    searches.run(texts, most=20)

    said = capsys.readouterr().out
    assert "20 texts indexed" in said
    assert said.count("CPU ms") == 2
