"""QTI 1.2, 2.1, 2.2 and 3.0: items and packages, kinds that are known and kinds that are refused by name."""

import io
import zipfile

import pytest

from study.enums import QuestionKind
from study.quiz.formats import detect, qti, read
from study.quiz.formats.packages import PackageEscapes
from study.quiz.formats.xml import HasDoctype
from study.quiz.services.converting import content_of

NS = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'


def item(declared: str, body: str, rest: str = "", **told: str) -> bytes:
    """Return one item of 2.1."""
    named = {"identifier": "i1", "title": "An item", **told}
    attributes = " ".join(f'{name}="{value}"' for name, value in named.items())
    return f"<assessmentItem {NS} {attributes}>{declared}<itemBody>{body}</itemBody>{rest}</assessmentItem>".encode()


def right(*values: str, cardinality="single", base="identifier", mapped: str = "") -> str:
    inside = "".join(f"<value>{value}</value>" for value in values)
    correct = f"<correctResponse>{inside}</correctResponse>" if values else ""
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{base}">{correct}{mapped}'
        "</responseDeclaration>"
    )


def choice(*labels: str, more: str = "", remark: str = "") -> str:
    options = "".join(
        f'<simpleChoice identifier="{label}">{label} words{remark if label == "A" else ""}</simpleChoice>'
        for label in labels
    )
    return f'<choiceInteraction responseIdentifier="R" {more}><prompt>Which?</prompt>{options}</choiceInteraction>'


def one(data: bytes):
    """Return the only item of a file and its question."""
    parsed = read(data, "a.xml")
    assert parsed.refused == []
    return parsed.items[0], content_of(parsed.items[0])


def test_a_choice_is_read_with_its_prompt_and_remarks():
    remark = '<feedbackInline outcomeIdentifier="F" identifier="A" showHide="show">Not so.</feedbackInline>'
    general = '<modalFeedback outcomeIdentifier="F" identifier="said" showHide="show"><p>Because.</p></modalFeedback>'
    asked = choice("A", "B", "C", more='shuffle="true"', remark=remark)
    data = item(right("B"), f"<p>Read <b>this</b>.</p>{asked}", general)
    found, content = one(data)
    assert (found.kind, found.name, found.external_id) == (QuestionKind.SINGLE_CHOICE, "An item", "i1")
    assert content.text.en == "Read **this**.\n\nWhich?"
    assert [(o.text.en, o.fraction, o.feedback.en) for o in content.options] == [
        ("A words", 0, "Not so."),
        ("B words", 1000, ""),
        ("C words", 0, ""),
    ]
    assert (content.feedback.en, content.settings.keep_order) == ("Because.", False)


def test_several_right_choices_share_the_mark_and_maps_weigh_them():
    _found, content = one(item(right("A", "C", cardinality="multiple"), choice("A", "B", "C")))
    assert (content.kind, [o.fraction for o in content.options]) == (QuestionKind.MULTIPLE_CHOICE, [500, -1000, 500])

    mapped = (
        '<mapping><mapEntry mapKey="A" mappedValue="3"/><mapEntry mapKey="B" mappedValue="-2"/>'
        '<mapEntry mapKey="C" mappedValue="1"/></mapping>'
    )
    _found, content = one(item(right("A", "C", cardinality="multiple", mapped=mapped), choice("A", "B", "C")))
    assert [o.fraction for o in content.options] == [750, -500, 250]


def test_true_and_false_are_told_by_their_words():
    body = (
        '<choiceInteraction responseIdentifier="R"><prompt>Open?</prompt>'
        '<simpleChoice identifier="x">错误</simpleChoice><simpleChoice identifier="y">正确</simpleChoice>'
        "</choiceInteraction>"
    )
    _found, content = one(item(right("y"), body))
    assert (content.kind, [o.fraction for o in content.options]) == (QuestionKind.TRUE_FALSE, [1000, 0])


def test_orders_and_pairs_are_read():
    inside = "".join(f'<simpleChoice identifier="{x}">{x}</simpleChoice>' for x in "ABC")
    body = f'<orderInteraction responseIdentifier="R"><prompt>Order?</prompt>{inside}</orderInteraction>'
    data = item(right("C", "A", "B", cardinality="ordered"), body)
    _found, content = one(data)
    assert (content.kind, [o.text.en for o in content.options]) == (QuestionKind.ORDERING, ["C", "A", "B"])

    sides = ""
    for side in ("AB", "XYZ"):
        inside = "".join(f'<simpleAssociableChoice identifier="{x}">{x.lower()}</simpleAssociableChoice>' for x in side)
        sides += f"<simpleMatchSet>{inside}</simpleMatchSet>"
    body = f'<matchInteraction responseIdentifier="R"><prompt>Pairs?</prompt>{sides}</matchInteraction>'
    _found, content = one(item(right("A Y", "B X", cardinality="multiple", base="directedPair"), body))
    assert [(o.text.en, o.partner.en) for o in content.options] == [("a", "y"), ("b", "x"), ("", "z")]


def test_fields_become_short_answers_numbers_and_gaps():
    field = '<textEntryInteraction responseIdentifier="R"/>'
    mapped = '<mapping><mapEntry mapKey="York" mappedValue="2"/><mapEntry mapKey="y*rk" mappedValue="1"/></mapping>'
    _found, content = one(item(right("York", base="string", mapped=mapped), f"<p>Sun of {field}.</p>"))
    assert (content.kind, content.text.en) == (QuestionKind.SHORT_ANSWER, "Sun of _____.")
    assert [(o.pattern, o.fraction) for o in content.options] == [("York", 1000), ("y\\*rk", 500)]

    rule = (
        '<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" tolerance="0.5 0.5">'
        '<variable identifier="R"/><correct identifier="R"/></equal><setOutcomeValue identifier="SCORE">'
        '<baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition>'
        "</responseProcessing>"
    )
    _found, content = one(item(right("3.5", base="float"), f"<p>How much? {field}</p>", rule))
    assert (content.kind, content.text.en) == (QuestionKind.NUMERICAL, "How much?")
    assert [(o.pattern, o.tolerance) for o in content.options] == [("3.5", "0.5")]

    menu = (
        '<inlineChoiceInteraction responseIdentifier="M"><inlineChoice identifier="a">in</inlineChoice>'
        '<inlineChoice identifier="b">out</inlineChoice></inlineChoiceInteraction>'
    )
    second = right("b").replace('identifier="R"', 'identifier="M"')
    _found, content = one(item(right("York", base="string") + second, f"<p>Go {menu} of {field}.</p>"))
    assert (content.kind, content.text.en) == (QuestionKind.CLOZE, "Go [[1]] of [[2]].")
    assert [[o.fraction for o in gap.options] for gap in content.gaps] == [[0, 1000], [1000]]


def test_words_for_gaps_become_menus():
    body = (
        '<gapMatchInteraction responseIdentifier="R"><gapText identifier="W">winter</gapText>'
        '<gapText identifier="S">summer</gapText>'
        '<p>Now is the <gap identifier="G1"/> and the <gap identifier="G2"/>.</p>'
        "</gapMatchInteraction>"
    )
    _found, content = one(item(right("W G1", "S G2", cardinality="multiple", base="directedPair"), body))
    assert content.text.en == "Now is the [[1]] and the [[2]]."
    assert [[o.fraction for o in gap.options] for gap in content.gaps] == [[1000, 0], [0, 1000]]


def test_version_3_is_read_as_version_2():
    data = (
        b'<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i" title="T"'
        b' xml:lang="zh-CN">'
        b'<qti-response-declaration identifier="R" cardinality="single" base-type="identifier"><qti-correct-response>'
        b"<qti-value>B</qti-value></qti-correct-response></qti-response-declaration><qti-item-body>"
        b'<qti-choice-interaction response-identifier="R" max-choices="1" shuffle="true">'
        b"<qti-prompt>1 + 1?</qti-prompt>"
        b'<qti-simple-choice identifier="A">1</qti-simple-choice>'
        b'<qti-simple-choice identifier="B">2</qti-simple-choice>'
        b"</qti-choice-interaction></qti-item-body></qti-assessment-item>"
    )
    assert detect(data, "a.xml") == "qti"
    _found, content = one(data)
    assert (content.text.zh, [o.fraction for o in content.options]) == ("1 + 1?", [0, 1000])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (item("", '<hotspotInteraction responseIdentifier="R"/>'), "hotspotInteraction"),
        (item(right("A"), choice("A", "B") + choice("A", "B")), "several things"),
        (item("", choice("A", "B")), "which answer is right"),
        (item(right("Z"), choice("A", "B")), "which answer is right"),
        (item(right("A"), choice("A")), "at least two"),
        (item(right("A") + '<templateDeclaration identifier="x"/>', choice("A", "B")), "makes up its values"),
        (item("", "<p/>"), "no text"),
        (item("", '<p>2 <math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></p>'), "MathML"),
    ],
)
def test_what_is_not_known_is_refused_by_its_name(data, words):
    from study.quiz.services.batches import prepare_batch

    batch = prepare_batch(read(data, "a.xml", "qti"))
    assert len(batch.refused) == 1
    assert words in batch.refused[0].error
    assert batch.candidates == []


def package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_package_keeps_what_is_good_in_the_order_of_its_manifest():
    manifest = (
        b'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
        b'<resource href="b.xml"/><resource href="a.xml"/></resources></manifest>'
    )
    parts = {
        "a.xml": item(right("A"), choice("A", "B"), identifier="a"),
        "b.xml": item(right("B"), choice("A", "B"), identifier="b"),
        "c.xml": b"<broken",
        "d.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "test.xml": f"<assessmentTest {NS}/>".encode(),
        "__MACOSX/._a.xml": b"\0\0",
        "imsmanifest.xml": manifest,
        "a.png": b"x",
    }
    parsed = read(package(parts), "bank.zip")
    assert [one.external_id for one in parsed.items] == ["b", "a"]
    assert [one.error.split(":")[0] for one in parsed.refused] == ["c.xml", "d.xml"]


def test_packages_and_files_that_are_dangerous_are_refused():
    with pytest.raises(PackageEscapes):
        read(package({"../a.xml": item(right("A"), choice("A", "B"))}), "bank.zip")
    with pytest.raises(HasDoctype):
        read(b'<!DOCTYPE a [<!ENTITY b "c">]>' + item(right("A"), choice("A", "B")), "a.xml", "qti")
    with pytest.raises(qti.OnlyTest):
        read(f"<assessmentTest {NS}/>".encode(), "a.xml")
    with pytest.raises(qti.NotQti):
        read(b"<html/>", "a.xml", "qti")


def canvas(kind: str, presentation: str, processing: str = "", rest: str = "") -> bytes:
    """Return one item of QTI 1.2 as Canvas writes it."""
    meta = f"<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>"
    return (
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment><section>'
        f'<item ident="i1" title="T"><itemmetadata><qtimetadata>{meta}</qtimetadata></itemmetadata>'
        '<presentation><material><mattext texttype="text/html">&lt;p&gt;Where is [city]?&lt;/p&gt;</mattext></material>'
        f"{presentation}"
        f"</presentation><resprocessing>{processing}</resprocessing>{rest}</item></section></assessment></questestinterop>"
    ).encode()


def labels(*names: str) -> str:
    return "".join(
        f'<response_label ident="{name}"><material><mattext>{name} words</mattext></material></response_label>'
        for name in names
    )


def rule(response: str, answer: str, score: str = "100") -> str:
    return (
        f'<respcondition><conditionvar><varequal respident="{response}">{answer}</varequal></conditionvar>'
        f'<setvar varname="SCORE" action="Set">{score}</setvar></respcondition>'
    )


def lid(name: str, *names: str, more: str = 'rcardinality="Single"', left: str = "") -> str:
    material = f"<material><mattext>{left}</mattext></material>" if left else ""
    return (
        f'<response_lid ident="{name}" {more}>{material}<render_choice>{labels(*names)}</render_choice></response_lid>'
    )


FIELD = '<response_str ident="R" rcardinality="Single"><render_fib/></response_str>'
BOTH = (
    '<respcondition><conditionvar><and><varequal respident="R">A</varequal><varequal respident="R">B</varequal>'
    '<not><varequal respident="R">C</varequal></not></and></conditionvar>'
    '<setvar action="Set">100</setvar></respcondition>'
)
RANGE = (
    '<respcondition><conditionvar><or><varequal respident="R">5</varequal><and><vargte respident="R">4</vargte>'
    '<varlte respident="R">6</varlte></and></or></conditionvar><setvar action="Set">100</setvar></respcondition>'
)


@pytest.mark.parametrize(
    ("kind", "presentation", "processing", "told"),
    [
        ("multiple_choice_question", lid("R", "A", "B"), rule("R", "B"), ("single_choice", [0, 1000])),
        (
            "multiple_answers_question",
            lid("R", "A", "B", "C", more='rcardinality="Multiple"'),
            BOTH,
            ("multiple_choice", [500, 500, -1000]),
        ),
        ("short_answer_question", FIELD, rule("R", "York") + rule("R", "york", "50"), ("short_answer", [1000, 500])),
        ("numerical_question", FIELD, RANGE, ("numerical", [1000])),
        ("essay_question", FIELD, "", ("essay", [])),
        ("text_only_question", "", "", ("description", [])),
        (
            "matching_question",
            lid("R1", "A", "B", left="one") + lid("R2", "A", "B", left="two"),
            rule("R1", "B", "50") + rule("R2", "A", "50"),
            ("matching", [0, 0]),
        ),
        (
            "multiple_dropdowns_question",
            lid("response_city", "A", "B", left="city"),
            rule("response_city", "B"),
            ("cloze", []),
        ),
        (
            "fill_in_multiple_blanks_question",
            lid("response_city", "A", left="city"),
            rule("response_city", "A"),
            ("cloze", []),
        ),
    ],
)
def test_the_kinds_of_canvas_are_read(kind, presentation, processing, told):
    found, content = one(canvas(kind, presentation, processing))
    assert (content.kind.value, [option.fraction for option in content.options]) == told
    assert found.external_id == "i1"
    if content.kind is QuestionKind.CLOZE:
        assert content.text.en == "Where is [[1]]?"
    if content.kind is QuestionKind.NUMERICAL:
        assert [(o.pattern, o.tolerance) for o in content.options] == [("5", "1")]
    if content.kind is QuestionKind.MATCHING:
        assert [(o.text.en, o.partner.en) for o in content.options] == [("one", "B words"), ("two", "A words")]


@pytest.mark.parametrize("kind", ["file_upload_question", "calculated_question"])
def test_kinds_of_canvas_that_are_not_known_are_refused_by_name(kind):
    presentation = FIELD if kind.startswith("file") else '<response_xy ident="R"/>'
    parsed = read(canvas(kind, presentation), "a.xml")
    assert kind in parsed.refused[0].error


def test_remarks_of_canvas_come_along():
    said = "".join(
        f'<itemfeedback ident="{name}"><flow_mat><material><mattext>{name} said</mattext></material></flow_mat>'
        "</itemfeedback>"
        for name in ("general_fb", "A_fb", "correct_fb")
    )
    _found, content = one(canvas("multiple_choice_question", lid("R", "A", "B"), rule("R", "B"), said))
    assert content.feedback.en == "general_fb said"
    assert content.options[0].feedback.en == "A_fb said"
    assert [(band.least, band.feedback.en) for band in content.bands] == [(1000, "correct_fb said")]
