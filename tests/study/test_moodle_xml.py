"""Reading Moodle XML: each kind that is known here, and files that mean harm."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.i18n import in_language
from study.enums import QuestionKind
from study.quiz.formats import detect, moodle_xml, xml
from study.quiz.formats.gaps import cut_gaps
from study.quiz.formats.items import ItemFault, NoQuestions
from study.quiz.formats.texts import TextFormat
from study.quiz.kinds import fraction_of
from study.quiz.services.batches import prepare_batch

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@pytest.fixture(autouse=True)
def _english(app):
    """Messages are compared in English."""
    with in_language("en"):
        yield


def quiz(*questions: str) -> bytes:
    return f"{HEAD}<quiz>\n{''.join(questions)}</quiz>".encode()


def q(kind: str, body: str = "", text: str = "Which?") -> str:
    words = f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
    return f'<question type="{kind}"><name><text>N</text></name>{words}{body}</question>\n'


def answer(text: str, fraction: object, feedback: str = "", more: str = "") -> str:
    said = f'<feedback format="html"><text>{feedback}</text></feedback>'
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{said}{more}</answer>'


def one(kind: str, body: str = "", text: str = "Which?"):
    parsed = moodle_xml.parse(quiz(q(kind, body, text)))
    assert parsed.refused == []
    return parsed.items[0]


def content(kind: str, body: str = "", text: str = "Which?"):
    batch = prepare_batch(moodle_xml.parse(quiz(q(kind, body, text))))
    assert batch.refused == []
    return batch.candidates[0].prepared.content


def fault(kind: str, body: str = "", text: str = "Which?") -> str:
    batch = prepare_batch(moodle_xml.parse(quiz(q(kind, body, text))))
    assert batch.candidates == []
    return batch.refused[0].error


def test_a_choice_with_all_that_hangs_on_it():
    body = (
        "<generalfeedback><text>G</text></generalfeedback><idnumber>x7</idnumber>"
        "<tags><tag><text>a</text></tag><tag><text>b</text></tag></tags>"
        "<single>true</single><shuffleanswers>false</shuffleanswers>"
        "<correctfeedback><text>Good!</text></correctfeedback><incorrectfeedback><text>Bad.</text></incorrectfeedback>"
        + answer("&lt;b&gt;five&lt;/b&gt;", 100, "Yes")
        + answer("six", "33.33333")
    )
    data = quiz(
        '<question type="category"><category><text>$course$/a</text></category></question>\n', q("multichoice", body)
    )

    (item,) = moodle_xml.parse(data).items
    shown = prepare_batch(moodle_xml.parse(data)).candidates[0].prepared.content

    assert (item.kind, item.number, item.line) == (QuestionKind.SINGLE_CHOICE, 1, 4)
    assert (item.category, item.external_id, item.tags) == ("$course$/a", "x7", ("a", "b"))
    assert [(o.text.en, o.fraction, o.feedback.en) for o in shown.options] == [
        ("**five**", 1000, "Yes"),
        ("six", 333, ""),
    ]
    assert [(band.least, band.feedback.en) for band in shown.bands] == [(1000, "Good!"), (0, "Bad.")]
    assert (shown.settings.keep_order, shown.feedback.en) == (True, "G")


def test_several_answers_share_the_mark():
    item = one(
        "multichoice", "<single>false</single>" + "".join(answer(n, "33.33333") for n in "abc") + answer("d", -100)
    )

    assert item.kind is QuestionKind.MULTIPLE_CHOICE
    assert [option.fraction for option in item.options] == [333, 333, 333, -1000]


def test_true_comes_first_whatever_the_file_says():
    item = one("truefalse", answer("false", 100, "right") + answer("true", 0, "wrong"))

    assert [(o.text.text, o.fraction, o.feedback.text) for o in item.options] == [
        ("true", 0, "wrong"),
        ("false", 1000, "right"),
    ]


def test_short_answers_may_mind_capital_letters():
    found = content("shortanswer", "<usecase>1</usecase>" + answer("Rome", 100) + answer("Ro*", "50", "Nearly"))

    assert [(o.pattern, o.fraction, o.feedback.en) for o in found.options] == [
        ("Rome", 1000, ""),
        ("Ro*", 500, "Nearly"),
    ]
    assert found.settings.case_counts


@pytest.mark.parametrize(
    ("typed", "earned"), [("1.5 m", 1000), ("150cm", 1000), ("1.6 m", 1000), ("1.7", 0), ("1.5", 900), ("9", 0)]
)
def test_numbers_have_tolerances_and_units(typed, earned):
    units = (
        "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
        "<unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
        "<unitgradingtype>1</unitgradingtype><unitpenalty>0.1000000</unitpenalty>"
    )
    found = content("numerical", answer("1.5", 100, "", "<tolerance>0.1</tolerance>") + answer("*", 0, "No") + units)

    assert fraction_of(found, {"text": typed}) == earned


def test_pairs_and_a_lone_partner():
    pairs = "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
        for left, right in (("frog", "amphibian"), ("cat", "mammal"), ("", "insect"))
    )

    found = content("matching", pairs + "<shuffleanswers>0</shuffleanswers>")

    assert [(o.text.en, o.partner.en) for o in found.options] == [
        ("frog", "amphibian"),
        ("cat", "mammal"),
        ("", "insect"),
    ]
    assert found.settings.keep_order


def test_essays_and_descriptions():
    assert one("essay", "<responsefieldlines>15</responsefieldlines>").settings.lines == 15
    assert [one("essay", f"<attachments>{said}</attachments>").settings.files for said in ("", "2", "-1", "99")] == [
        0,
        2,
        10,
        10,
    ]
    info = '<graderinfo format="html"><text>&lt;p&gt;Look for &lt;b&gt;sums&lt;/b&gt;&lt;/p&gt;</text></graderinfo>'
    assert one("essay", info).settings.guide == "Look for **sums**"
    assert one("description").kind is QuestionKind.DESCRIPTION


def test_gaps_of_each_kind():
    text = (
        "<p>Paris lies in {1:MULTICHOICE:=France#Yes~%50%Europe~Asia}, a_b has {:SHORTANSWER:=two\\}~%50%*#Hm} "
        "and pi is {2:NM:=3.14:0.01#Good}.</p>"
    )

    found = content("cloze", text=text)

    assert found.text.en == "Paris lies in [[1]], a_b has [[2]] and pi is [[3]]."
    assert [(gap.key, gap.kind, gap.weight) for gap in found.gaps] == [
        ("1", QuestionKind.SINGLE_CHOICE, 1),
        ("2", QuestionKind.SHORT_ANSWER, 1),
        ("3", QuestionKind.NUMERICAL, 2),
    ]
    assert [[o.fraction for o in gap.options] for gap in found.gaps] == [[1000, 500, 0], [1000, 500], [1000]]
    assert fraction_of(found, {"gaps": {"1": "a", "2": "two}", "3": "3.141"}}) == 1000


def test_formulas_stay_formulas():
    found = content("essay", text=r"<p>Solve \(2x_1 - a_1*b*c = 0\) and \[x &lt; y^2\]</p>")

    assert found.text.en == "Solve $2x_1 - a_1*b*c = 0$ and $x < y^2$"
    assert found.html.en.count("<math") == 2


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("stack", "", "kind “stack” are not known"),
        ("", "", "kind “” are not known"),
        ("multichoice", "<single>true</single>" + answer("a", 100), "at least two"),
        ("multichoice", "<single>true</single>" + answer("a", 90) + answer("b", 0), "full mark"),
        ("multichoice", "<single>false</single>" + "".join(answer(n, 33) for n in "abc"), "99 %"),
        ("multichoice", "<single>true</single>" + answer("a", 100) + answer("", 0), "is empty"),
        ("multichoice", "<single>true</single>" + answer("a", "x") + answer("b", 0), "not a weight"),
        ("multichoice", "<single>true</single>" + answer("a", 101) + answer("b", 0), "between -100 and 100"),
        ("truefalse", answer("true", 100), "“true” and “false”"),
        ("truefalse", answer("true", 100) + answer("false", 100), "the other nothing"),
        ("shortanswer", "", "answer is missing"),
        ("numerical", answer("abc", 100), "not a number"),
        ("numerical", answer("*", 100), "at least one accepted answer"),
        ("numerical", answer("1", 100) + "<units><unit><multiplier>0</multiplier></unit></units>", "multiplier is 0"),
        ("matching", "", "two pairs"),
        ("cloze", "", "no gaps"),
    ],
)
def test_faults_are_named(kind, body, words):
    assert words in fault(kind, body)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{1:MULTIRESPONSE:=a~b}", "MULTIRESPONSE"),
        ("{1:SA:=a", "does not end"),
        ("{1:SA:a~b}", "full mark"),
        ("{1:SA:=a} {1:SAC:=b}", "all or none"),
        ("{1:NM:=abc}", "not a number"),
        ("{1:SA:=}", "empty"),
        ("{101:SA:=a}", "weighs from 1 to 100"),
        ("<pre>{1:SA:=a}</pre>", "inside a link"),
    ],
)
def test_faults_of_gaps_are_named(text, words):
    assert words in fault("cloze", text=text)


def test_a_question_without_text_is_refused():
    assert "no text" in fault("essay", text="")


def test_one_fault_does_not_swallow_the_next_question():
    parsed = moodle_xml.parse(quiz(q("description"), q("ddwtos"), q("essay")))

    assert [(item.number, item.line) for item in parsed.items] == [(1, 3), (3, 5)]
    assert [(one.number, one.line) for one in parsed.refused] == [(2, 4)]


BOMB = '<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "doctype", [BOMB, OUTSIDE, "<!DOCTYPE quiz>", "<!-- <quiz> -->\n<!DOCTYPE quiz SYSTEM 'http://127.0.0.1/x'>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_document_types_are_refused_in_any_encoding(doctype, encoding):
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    text = f"{head}\n{doctype}<quiz>{q('essay', text='&x;')}</quiz>"

    with pytest.raises(xml.HasDoctype):
        moodle_xml.parse(text.encode(encoding))


def test_a_doctype_that_is_only_talked_of_does_not_matter():
    assert one("essay", text="What does &lt;!DOCTYPE html&gt; or <!DOCTYPE html> say?").kind is QuestionKind.ESSAY


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (quiz(q("essay"))[:-3], xml.NotXml),
        (HEAD.encode() + b"<quiz>caf\xe9</quiz>", xml.NotXml),
        (b"", xml.NotXml),
        (HEAD.encode() + b"<html/>", moodle_xml.NotMoodle),
        (quiz(), NoQuestions),
        (b"<quiz>" * 5000, xml.NotXml),
    ],
)
def test_files_that_cannot_be_read_are_refused(data, error):
    with pytest.raises(error):
        moodle_xml.parse(data)


def test_xml_is_known_by_what_it_holds():
    assert detect(b"\xef\xbb\xbf" + quiz(q("essay")), "bank.txt") == "moodle-xml"
    assert detect(quiz(q("essay")).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "bank") == "moodle-xml"
    assert detect(b"<p>Open?</p> {T}", "bank.gift") == "gift"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet="{}:1SAMNC=~%5#\\ a*", max_size=60))
def test_whatever_stands_in_a_text_its_gaps_are_found_or_refused(text):
    try:
        words, gaps, _cased = cut_gaps(text, TextFormat.PLAIN)
    except ItemFault:
        return
    assert len(gaps) == words.count("\ue010") > 0
