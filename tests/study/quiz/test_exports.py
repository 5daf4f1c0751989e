"""What is exported and imported again is the same question, and what a format cannot hold is said."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.faces import Faces
from study.cli import export_questions
from study.enums import Difficulty, QuestionKind
from study.queries.courses import get_own_course
from study.quiz.formats import read
from study.quiz.formats.entries import Entry, dress, undress
from study.quiz.kinds import FULL, Band, Gap, Option, QuestionContent, Scoring, Settings
from study.quiz.marking import shares_for
from study.quiz.services.batches import prepare_batch
from study.quiz.services.converting import content_of
from study.quiz.services.exports import WRITERS, canonical, entries_of, export
from study.quiz.services.imports import import_batch
from study.quiz.services.preparing import prepare
from study.quiz.services.questions import add_question
from tests.factories.quiz import bank_for, question
from tests.factories.study import CourseFactory

SIGNS = "ab 1中文，。？ \\:#={}~%[]*_<>&\"'|;\n->@$/`!+"
words = st.text(alphabet=SIGNS, min_size=1, max_size=24).map(
    lambda text: "\n".join(line.strip() for line in text.split("\n")).strip()
).filter(lambda text: any(sign.isalnum() for sign in text))  # fmt: skip
line = words.map(lambda text: " ".join(text.split()))
bare = st.text(alphabet="abc中文12 ", min_size=1, max_size=10).map(lambda text: " ".join(text.split())).filter(bool)
number = st.decimals(min_value=-1000, max_value=1000, places=3).map(lambda value: f"{value:f}")
maybe = st.one_of(st.just(""), words)


def faces(texts, *, both: bool = True):
    """One or both faces, never none."""
    one = texts.map(lambda text: Faces(zh=text)) | texts.map(lambda text: Faces(en=text))
    return one | st.builds(Faces, zh=texts, en=texts) if both else one


def some(texts):
    """Faces or nothing."""
    return st.just(Faces()) | faces(texts)


@st.composite
def choices(draw):
    count = draw(st.integers(2, 5))
    several = draw(st.booleans())
    if several:
        right = draw(st.lists(st.booleans(), min_size=count, max_size=count).filter(any))
        fractions = shares_for(right)
    else:
        fractions = [
            FULL,
            *draw(st.lists(st.sampled_from([0, 0, 500, 333, -250]), min_size=count - 1, max_size=count - 1)),
        ]
        fractions = draw(st.permutations(fractions))
    options = [Option(fraction=share, text=draw(faces(words)), feedback=draw(some(words))) for share in fractions]
    kind = QuestionKind.MULTIPLE_CHOICE if several else QuestionKind.SINGLE_CHOICE
    return QuestionContent(kind=kind, text=draw(faces(words)), options=options, feedback=draw(some(words)))


@st.composite
def truths(draw):
    is_true = draw(st.booleans())
    remarks = [draw(some(words)), draw(some(words))]
    options = [
        Option(fraction=FULL if is_true else 0, feedback=remarks[0]),
        Option(fraction=0 if is_true else FULL, feedback=remarks[1]),
    ]
    return QuestionContent(
        kind=QuestionKind.TRUE_FALSE, text=draw(faces(words)), options=options, feedback=draw(some(words))
    )


@st.composite
def shorts(draw):
    # GIFT takes an arrow for a pair.
    accepted = draw(st.lists(line.filter(lambda text: "->" not in text), min_size=1, max_size=4))
    options = [Option(fraction=FULL, pattern=accepted[0])]
    options += [
        Option(fraction=draw(st.sampled_from([FULL, 500, 0])), pattern=one, feedback=draw(some(words)))
        for one in accepted[1:]
    ]
    return QuestionContent(
        kind=QuestionKind.SHORT_ANSWER, text=draw(faces(words)), options=options, feedback=draw(some(words))
    )


@st.composite
def numericals(draw):
    low, high = sorted(Decimal(draw(number)) for _ in range(2))
    options = [
        Option(fraction=FULL, pattern=draw(number), tolerance=draw(st.sampled_from(["", "0.5", "2%"]))),
        Option(fraction=500, pattern=f"{low:f}..{high:f}", feedback=draw(some(words))),
        Option(fraction=0, pattern="*", feedback=draw(some(words))),
    ]
    return QuestionContent(
        kind=QuestionKind.NUMERICAL,
        text=draw(faces(words)),
        options=options[: draw(st.integers(1, 3))],
        feedback=draw(some(words)),
    )


@st.composite
def matchings(draw):
    lefts = draw(st.lists(words.filter(lambda text: "->" not in text), min_size=2, max_size=4))
    rights = draw(st.lists(bare, min_size=len(lefts), max_size=len(lefts), unique=True))
    language = draw(st.sampled_from(["zh", "en"]))
    options = [
        Option(text=Faces.of(left, language), partner=Faces.of(right, language))
        for left, right in zip(lefts, rights, strict=True)
    ]
    text = Faces.of(draw(words), language)
    return QuestionContent(kind=QuestionKind.MATCHING, text=text, options=options, feedback=draw(some(words)))


@st.composite
def orderings(draw):
    items = draw(st.lists(faces(words), min_size=2, max_size=5))
    return QuestionContent(
        kind=QuestionKind.ORDERING, text=draw(faces(words)), options=[Option(text=item) for item in items]
    )


@st.composite
def plain(draw):
    kind = draw(st.sampled_from([QuestionKind.ESSAY, QuestionKind.DESCRIPTION]))
    return QuestionContent(
        kind=kind, text=draw(faces(words)), feedback=draw(some(words)) if kind == "essay" else Faces()
    )


@st.composite
def clozes(draw):
    menu = (
        Option(fraction=FULL, text=Faces(zh=draw(bare)), feedback=Faces(zh=draw(words))),
        Option(text=Faces(zh=draw(words))),
    )
    gaps = [
        Gap(key="1", kind=QuestionKind.SHORT_ANSWER, options=(Option(fraction=FULL, pattern=draw(bare)),)),
        Gap(
            key="2",
            kind=QuestionKind.NUMERICAL,
            weight=2,
            options=(Option(fraction=FULL, pattern=draw(number), tolerance="0.5"),),
        ),
        Gap(key="3", kind=QuestionKind.SINGLE_CHOICE, options=menu),
    ]  # fmt: skip
    text = f"{draw(bare)} [[1]] {draw(bare)} [[2]], {draw(bare)} [[3]]"
    return QuestionContent(kind=QuestionKind.CLOZE, text=Faces(zh=text), gaps=gaps, feedback=draw(some(words)))


def back(content: QuestionContent, format_name: str):
    writer = WRITERS[format_name]
    if writer.reader == "qti":
        content = prepare(content).content
    data = writer.write([Entry(content=content, name="名称: #1", key="k-1", folder="a/b", tags=["x", "y]"])])
    parsed = read(data, f"a{writer.ending}", writer.reader)
    assert parsed.refused == []
    return parsed.items[0], canonical(content_of(parsed.items[0]))


@settings(deadline=None, max_examples=120)
@given(st.one_of(choices(), truths(), shorts(), numericals(), matchings(), plain()))
def test_gift_gives_back_what_went_in(content):
    item, again = back(content, "gift")
    assert again == canonical(content)
    assert (item.name, item.external_id, item.category, item.tags) == ("名称: #1", "k-1", "a/b", ("x", "y]"))


@settings(deadline=None, max_examples=120)
@given(st.one_of(choices(), truths(), shorts(), numericals(), matchings(), plain(), orderings(), clozes()))
def test_moodle_xml_gives_back_what_went_in(content):
    item, again = back(content, "moodle-xml")
    assert again == canonical(content)
    assert (item.name, item.external_id, item.tags) == ("名称: #1", "k-1", ("x", "y]"))


@st.composite
def literal(draw):
    """Short answers without signs that stand for any text, which QTI does not know, and without remarks."""
    content = draw(shorts())
    patterns = dict.fromkeys(option.pattern.replace("*", "") or "x" for option in content.options)
    return replace(content, options=[Option(pattern=one, fraction=FULL) for one in patterns])


@st.composite
def exact(draw):
    """Numbers without remarks, and without one for any other."""
    content = draw(numericals())
    options = [replace(option, feedback=Faces()) for option in content.options if option.pattern != "*"]
    return replace(content, options=options)


@pytest.mark.parametrize("name", ["qti-2", "qti-3"])
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(QuestionContent(kind=QuestionKind.ESSAY, text=Faces(zh="{中|1} ||x|| $y$ ==z==")))
@given(st.one_of(choices(), truths(), literal(), exact(), matchings(), orderings(), plain()))
def test_qti_gives_back_what_went_in(name, content):
    item, again = back(content, name)
    assert again == canonical(content)
    assert (item.name, item.external_id) == ("名称: #1", "k-1")


@pytest.mark.parametrize("name", ["qti-2", "qti-3"])
def test_qti_gives_back_a_text_with_gaps(name):
    gaps = [
        Gap(key="a", kind=QuestionKind.SHORT_ANSWER, options=(Option(fraction=FULL, pattern="书记"),)),
        Gap(
            key="b",
            kind=QuestionKind.SINGLE_CHOICE,
            options=(Option(fraction=FULL, text=Faces(zh="五天")), Option(text=Faces(zh="**七天**"))),
        ),
    ]
    content = QuestionContent(
        kind=QuestionKind.CLOZE, text=Faces(zh="由[[a]]主持，\n\n[[b]]内*公布*。"), gaps=gaps, feedback=Faces(zh="好")
    )
    _item, again = back(content, name)
    assert again == canonical(content)


@st.composite
def rows(draw):
    """Questions as far as a row of a table has room for them."""
    content = draw(st.one_of(choices(), truths(), shorts(), numericals(), matchings(), orderings(), plain()))
    if content.kind in (QuestionKind.SHORT_ANSWER, QuestionKind.NUMERICAL):
        options = [replace(content.options[0], tolerance="")]
        pattern = options[0].pattern.translate(str.maketrans(dict.fromkeys("|;；"))).strip() or "x"
        return replace(content, options=[replace(options[0], pattern=pattern)])
    options = [replace(option, feedback=Faces()) for option in content.options]
    if content.kind is QuestionKind.SINGLE_CHOICE:
        full = next(place for place, option in enumerate(options) if option.fraction == FULL)
        options = [replace(option, fraction=FULL if place == full else 0) for place, option in enumerate(options)]
    return replace(content, options=options)


@settings(deadline=None, max_examples=120)
@given(rows())
def test_a_table_gives_back_what_fits_into_a_row(content):
    item, again = back(content, "csv")
    assert again == canonical(content)
    assert (item.name, item.category, item.tags) == ("名称: #1", "a/b", ("x", "y]"))


@given(faces(words), st.sampled_from(["zh", "en"]))
def test_two_faces_in_one_text_come_apart_again(both, language):
    text = dress(both, language)
    told = undress(text)
    assert (Faces(*told) if told else Faces.of(text, "zh" if both.zh else "en")) == both


def test_texts_of_other_systems_in_two_languages_come_apart():
    told = undress('A <span class="multilang" lang="en">one</span><span lang="zh_cn" class="multilang">一</span> Z')
    assert told == ("A 一 Z", "A one Z")


def single(**changes) -> QuestionContent:
    options = [Option(text=Faces(zh="甲"), fraction=FULL), Option(text=Faces(zh="乙"))]
    return replace(
        QuestionContent(kind=QuestionKind.SINGLE_CHOICE, text=Faces(zh="哪一个？"), options=options), **changes
    )


ORDER = QuestionContent(
    kind=QuestionKind.ORDERING, text=Faces(zh="排序"), options=[Option(text=Faces(zh=one)) for one in "甲乙丙"]
)
ARROW = QuestionContent(
    kind=QuestionKind.SHORT_ANSWER, text=Faces(zh="填空"), options=[Option(pattern="a->b", fraction=FULL)]
)


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_format_has_no_place_for_is_said(name):
    strict = prepare(single(settings=Settings(scoring=Scoring.NEGATIVE))).content
    whole = prepare(single()).content
    made = export([Entry(content=whole, name="whole"), Entry(content=strict, name="strict")], name)
    assert ([e.name for e in made.whole], [e.name for e in made.changed], made.left) == (["whole"], ["strict"], [])


@pytest.mark.parametrize("name", ["gift"])
def test_what_a_format_cannot_hold_is_left_out_and_named(name):
    made = export([Entry(content=ORDER), Entry(content=single(), name="whole"), Entry(content=ARROW)], name)
    assert [entry.name for entry in made.whole] == ["whole"]
    assert [entry.content.kind.value for entry, _why in made.left] == ["ordering", "short_answer"]
    assert "ordering" in made.left[0][1]
    assert made.left[1][1]
    assert len(read(made.data, "a.gift", name).items) == 1


def test_a_table_holds_no_formula_that_a_spreadsheet_would_run():
    evil = single(text=Faces(zh='=HYPERLINK("http://x")'))
    data = WRITERS["csv"].write([Entry(content=evil, name="+1")]).decode("utf-8-sig")
    assert "'=HYPERLINK" in data
    assert "'+1" in data
    assert canonical(content_of(read(data.encode(), "a.csv", "csv").items[0])) == canonical(evil)


def test_levels_and_settings_travel_where_there_is_a_place():
    told = single(settings=Settings(keep_order=True), bands=[Band(least=FULL, feedback=Faces(zh="好"))])
    data = WRITERS["moodle-xml"].write([Entry(content=told, level=Difficulty.HARD)])
    item = read(data, "a.xml", "moodle-xml").items[0]
    assert (canonical(content_of(item)), item.level, item.tags) == (canonical(told), Difficulty.HARD, ())


def test_a_bank_is_taken_away_in_the_browser(sign_in, instructor):
    bank = bank_for(CourseFactory(slug="open-branch"), "题库")
    question(bank, single())
    question(bank, ORDER)
    browser = sign_in(instructor)
    url = f"/study/manage/banks/{bank.id}/export"

    page = browser.get(f"{url}?format=gift", headers={"Accept-Language": "en"}).text
    sent = browser.get(f"{url}?format=gift&file=1&kind=single_choice")

    assert ("1 question is held as it is." in page, "1 is left out." in page) == (True, True)
    assert sent.headers["Content-Disposition"].startswith("attachment; filename")
    assert "哪一个？" in sent.text
    assert browser.get(f"{url}?format=exe").status_code == 404


def test_what_was_exported_comes_into_the_same_bank_once(sign_in, instructor, actor_of):
    course = CourseFactory(slug="open-branch")
    bank = bank_for(course, "题库")
    actor = actor_of(instructor)
    held = get_own_course("open-branch", actor)
    add_question(bank, held, prepare(single()), actor)
    for name, writer in WRITERS.items():
        data = writer.write(entries_of(bank))
        report = import_batch(bank, held, prepare_batch(read(data, f"a{writer.ending}", writer.reader)), actor)
        assert (name, len(report.imported), len(report.unchanged)) == (name, 0, 1)


def test_a_bank_is_written_from_the_command_line(app, tmp_path):
    bank = bank_for(CourseFactory(slug="open-branch"), "题库")
    question(bank, single())
    question(bank, ORDER)
    told = [str(tmp_path / "a.gift"), "--course", "open-branch", "--bank", "题库", "--format", "gift", "--json"]

    result = CliRunner().invoke(export_questions, told)

    assert (result.exit_code, json.loads(result.stdout)["whole"]) == (1, 1)
    assert len(read((tmp_path / "a.gift").read_bytes(), "a.gift").items) == 1
    assert CliRunner().invoke(export_questions, [*told[:4], "none", "--format", "gift"]).exit_code == 2
