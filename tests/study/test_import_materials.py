"""``xuetan import materials``."""

import json

import pytest
from sqlalchemy import select

from core.db import db
from core.i18n import in_language
from study.cli import import_materials
from study.enums import ExtractionFault, MaterialState
from study.events import PassagesChanged
from study.models import Material
from study.wording import FAULTS
from tests.factories.study import CourseFactory
from tests.study.test_extraction import docx_bytes, encrypted_pdf, paragraph, pdf_bytes


@pytest.fixture
def course(root):
    return CourseFactory(slug="open-branch")


@pytest.fixture
def run(app, course):
    def call(path, *options):
        result = app.test_cli_runner().invoke(import_materials, [str(path), "--course", "open-branch", *options])
        return result.exit_code, json.loads(result.stdout) if "--json" in options else result.output

    return call


def materials() -> list[Material]:
    db.session.expire_all()
    return list(db.session.scalars(select(Material).order_by(Material.external_id)))


def test_a_folder_is_taken_in_with_all_below_it(run, tmp_path, announced):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a.md").write_text("# 会前准备\n\n三件事。")
    (tmp_path / "in" / "deep" / "b.pdf").write_bytes(pdf_bytes("one", "two"))
    (tmp_path / "in" / "deep" / "c.docx").write_bytes(docx_bytes(paragraph("账目")))
    (tmp_path / "in" / ".hidden").write_text("x")

    assert run(tmp_path / "in", "--json") == (0, {"imported": 3, "unchanged": 0, "refused": []})

    found = [(row.external_id, row.title, row.page_count, row.language, row.file_id is not None) for row in materials()]
    assert found == [
        ("a.md", "会前准备", 1, "zh-Hans", True),
        ("deep/b.pdf", "b", 2, "en", True),
        ("deep/c.docx", "c", 1, "zh-Hans", True),
    ]
    assert [event for event in announced() if isinstance(event, PassagesChanged)] == [
        PassagesChanged(subject=row.ref) for row in sorted(materials(), key=lambda row: row.id)
    ]


def test_two_folders_with_one_path_inside_take_nothing_from_each_other(run, tmp_path):
    for folder, words in (("zh", "中文"), ("en", "English")):
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "deep" / "a.md").write_text(words)
        assert run(tmp_path / folder, "--json") == (0, {"imported": 1, "unchanged": 0, "refused": []})
    assert [(row.external_id, row.text) for row in materials()] == [("deep/a.md", "中文"), ("en/deep/a.md", "English")]
    for folder in ("zh", "en"):
        assert run(tmp_path / folder, "--json") == (0, {"imported": 0, "unchanged": 1, "refused": []})
    (tmp_path / "en" / "deep" / "a.md").write_text("Changed")
    assert run(tmp_path / "en", "--json") == (0, {"imported": 1, "unchanged": 0, "refused": []})
    assert [(row.text, row.version) for row in materials()] == [("中文", 1), ("Changed", 2)]


def test_importing_again_changes_nothing_and_a_changed_file_becomes_a_new_version(run, tmp_path):
    file = tmp_path / "a.md"
    file.write_text("first")
    run(file)
    assert run(file, "--json") == (0, {"imported": 0, "unchanged": 1, "refused": []})
    file.write_text("second")
    assert run(file, "--json") == (0, {"imported": 1, "unchanged": 0, "refused": []})
    (row,) = materials()
    assert (row.version, row.text) == (2, "second")


def test_what_cannot_be_read_is_named_and_the_rest_is_kept(run, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text("fine")
    (folder / "locked.pdf").write_bytes(encrypted_pdf())
    (folder / "lie.pdf").write_bytes(b"no pdf")
    (folder / "film.avi").write_bytes(b"\0")

    code, report = run(folder, "--json")

    with in_language("en"):
        refused_kind = str(FAULTS[ExtractionFault.KIND_REFUSED])
    assert (code, report["imported"]) == (1, 1)
    assert {entry["file"]: entry["error"].split(".")[0] for entry in report["refused"]} == {
        "film.avi": refused_kind.rstrip("."),
        "lie.pdf": "The file is not what its name says: its content is of another type",
        "locked.pdf": "The file is protected by a password",
    }
    assert [(row.external_id, row.state, row.fault) for row in materials()] == [
        ("good.txt", MaterialState.READY, None),
        ("lie.pdf", MaterialState.FAILED, ExtractionFault.OTHER_KIND),
        ("locked.pdf", MaterialState.FAILED, ExtractionFault.ENCRYPTED),
    ]

    (folder / "good.txt").write_bytes(b"\0\1")
    code, report = run(folder, "--json")

    assert (code, report["imported"], report["unchanged"], len(report["refused"])) == (1, 0, 0, 4)
    assert [(row.state, row.version) for row in materials()] == [
        (MaterialState.READY, 1),
        (MaterialState.FAILED, 1),
        (MaterialState.FAILED, 1),
    ]


def lines(path, *rows):
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def test_json_lines_are_taken_in_by_id(run, tmp_path):
    file = lines(
        tmp_path / "m.jsonl",
        {"id": "m-1", "title": "会议记录", "text": "第一页\f第二页"},
        "",
        {"id": 2, "title": "Minutes", "text": "What to write down", "lang": "en"},
    )
    assert run(file, "--json") == (0, {"imported": 2, "unchanged": 0, "refused": []})
    assert run(file, "--json") == (0, {"imported": 0, "unchanged": 2, "refused": []})
    found = [(row.external_id, row.title, row.text, row.page_count, row.language) for row in materials()]
    assert found == [
        ("2", "Minutes", "What to write down", 1, "en"),
        ("m-1", "会议记录", "第一页\f第二页", 2, "zh-Hans"),
    ]


def test_bad_lines_are_named_with_their_number(run, tmp_path):
    file = lines(
        tmp_path / "m.jsonl",
        {"id": "ok", "title": "t", "text": "x"},
        "{not json",
        "[]",
        {"title": "no id", "text": "x"},
        {"id": "n", "title": 7, "text": "x"},
        {"id": "e"},
        {"id": "nul\0", "title": "t"},
        {"id": "half\ud800", "title": "t"},
    )
    code, report = run(file, "--json")
    assert (code, report["imported"]) == (1, 1)
    assert report["refused"] == [
        {"line": 2, "error": "The line is not JSON in UTF-8."},
        {"line": 3, "error": "The line is not a JSON object."},
        {"line": 4, "error": "“id” must have 1 to 300 printable characters."},
        {"line": 5, "error": "“title” is not text."},
        {"line": 6, "error": "“title” and “text” are both empty."},
        {"line": 7, "error": "“id” must have 1 to 300 printable characters."},
        {"line": 8, "error": "“id” must have 1 to 300 printable characters."},
    ]


def test_the_same_id_twice_in_one_file_keeps_the_last(run, tmp_path):
    file = lines(
        tmp_path / "m.jsonl", {"id": "a", "title": "t", "text": "old"}, {"id": "a", "title": "t", "text": "new"}
    )
    run(file)
    assert [row.text for row in materials()] == ["new"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_costs_the_same_queries_at_any_length(run, tmp_path, count_queries, rows):
    file = lines(tmp_path / "m.jsonl", *({"id": str(n), "title": "t", "text": "x"} for n in range(rows)))
    with count_queries() as seen:
        run(file)
    assert len([statement for statement in seen if "core_outbox" not in statement]) == 3, seen


def test_an_unknown_course_is_wrong_usage(app, tmp_path):
    result = app.test_cli_runner().invoke(import_materials, [str(tmp_path), "--course", "nowhere"])
    assert result.exit_code == 2


def test_people_get_a_summary_in_words(run, tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\0")
    code, output = run(tmp_path / "a.bin")
    assert (code, "Imported 0, unchanged 0, refused 1." in output, "a.bin: Only PDF" in output) == (1, True, True)
