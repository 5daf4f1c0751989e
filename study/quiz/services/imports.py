"""Takes questions from files into a bank: good ones are kept, refused ones named with line and reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from core.db import db
from core.faces import Faces
from core.i18n import _l
from core.markup import SOURCE_MAX
from core.permissions import Actor
from core.text import detect_language, normalise, tidy
from study.enums import QuestionKind
from study.errors import QuestionIncomplete
from study.models import Course, Question, QuestionBank, QuestionVersion
from study.models.questions import KEY_MAX
from study.quiz.formats import Blank, Choice, Item, Number, Parsed, Refused
from study.quiz.formats.texts import Text
from study.quiz.kinds import Band, Gap, Option, QuestionContent, cloze
from study.quiz.services.questions import Prepared, add_question, edit_question, prepare

NO_PICTURES = _l(
    "The question shows a picture or plays a recording (%(name)s). Files of questions are read without them."
)
TOO_LONG = _l("A text of this question is longer than %(limit)s characters.")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A good item, ready to be stored."""

    item: Item
    prepared: Prepared
    key: str


@dataclass(kw_only=True)
class Batch:
    """A whole file, ready to be stored, with what was refused."""

    candidates: list[Candidate] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@dataclass(kw_only=True)
class Report:
    """What an import did. ``unchanged`` items were in the bank before."""

    imported: list[Candidate] = field(default_factory=list)
    unchanged: list[Candidate] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return the form other programs read."""
        return {
            "imported": [
                {
                    "number": candidate.item.number,
                    "line": candidate.item.line,
                    "kind": candidate.item.kind.value,
                    "name": candidate.prepared.name,
                }
                for candidate in self.imported
            ],
            "refused": [{"number": one.number, "line": one.line, "error": one.error} for one in self.refused],
        }


def prepare_batch(parsed: Parsed) -> Batch:
    """Check and render every item of a file; touches no row, so that the transaction stays short."""
    batch = Batch(refused=list(parsed.refused))
    seen: Counter[str] = Counter()
    for item in parsed.items:
        try:
            prepared = prepare(_content(item))
        except QuestionIncomplete as error:
            batch.refused.append(Refused(number=item.number, line=item.line, error=str(error)))
            continue
        key = f"id-{tidy(normalise(item.external_id))}"[:KEY_MAX] if item.external_id else prepared.content.digest
        seen[key] += 1
        if seen[key] > 1:
            key = f"{key[: KEY_MAX - 6]}-{seen[key]}"
        batch.candidates.append(Candidate(item=item, prepared=prepared, key=key))
    batch.refused.sort(key=lambda one: one.number)
    return batch


def _content(item: Item) -> QuestionContent:
    texts = [item.text, item.feedback, *_texts(item)]
    if any(len(text.text) > SOURCE_MAX // 4 for text in texts):
        raise QuestionIncomplete(TOO_LONG, limit=SOURCE_MAX // 4)
    for shown in filter(lambda name: name is not None, (text.shows() for text in texts)):
        raise QuestionIncomplete(NO_PICTURES, name=shown or "—")
    language = _language(item)
    return QuestionContent(
        kind=item.kind,
        name=tidy(normalise(item.name)),
        text=_faces(item.text, language),
        feedback=_faces(item.feedback, language),
        options=list(_options(item, language)),
        gaps=[_gap(key, blank, language) for key, blank in enumerate(item.gaps, start=1)],
        bands=[Band(least=least, feedback=_faces(said, language)) for least, said in item.bands],
        settings=item.settings,
    )


def _language(item: Item) -> str:
    return "zh-Hans" if detect_language(item.text.words()).startswith("zh") else "en"


def _faces(text: Text, language: str) -> Faces:
    return Faces.of(cloze.name(text.markdown()), language) if text else Faces()


def _texts(item: Item) -> Iterable[Text]:
    answered: list[Item | Blank] = [item, *item.gaps]
    for answers in answered:
        for choice in answers.options:
            yield from (choice.text, choice.feedback)
        yield from (number.feedback for number in answers.numbers)
    yield from (pair.left for pair in item.pairs)
    yield from (said for _least, said in item.bands)


def _gap(key: int, blank: Blank, language: str) -> Gap:
    options = tuple(_answers(blank.kind, blank.options, blank.numbers, language))
    return Gap(key=str(key), kind=blank.kind, weight=blank.weight, options=options)


def _options(item: Item, language: str) -> Iterable[Option]:
    yield from _answers(item.kind, item.options, item.numbers, language)
    for pair in item.pairs:
        yield Option(text=_faces(pair.left, language), partner=_faces(Text(pair.right), language))


def _answers(
    kind: QuestionKind, choices: Iterable[Choice], numbers: Iterable[Number], language: str
) -> Iterable[Option]:
    for choice in choices:
        feedback = _faces(choice.feedback, language)
        if kind is QuestionKind.SHORT_ANSWER:
            yield Option(fraction=choice.fraction, pattern=normalise(choice.text.text), feedback=feedback)
        elif kind is QuestionKind.TRUE_FALSE:
            yield Option(fraction=choice.fraction, feedback=feedback)
        else:
            yield Option(fraction=choice.fraction, text=_faces(choice.text, language), feedback=feedback)
    for number in numbers:
        tolerance = "" if number.tolerance == "0" else number.tolerance
        feedback = _faces(number.feedback, language)
        yield Option(fraction=number.fraction, pattern=number.value, tolerance=tolerance, feedback=feedback)


def import_batch(bank: QuestionBank, course: Course, batch: Batch, actor: Actor | None) -> Report:
    """Store what is good. What the bank holds already stays as it is; an item with an id and other content is edited.

    Raises:
        Denied: the actor does not write this course.
    """
    report = Report(refused=batch.refused)
    known = _known(bank)
    for candidate in batch.candidates:
        held = known.get(candidate.key)
        if held is None:
            add_question(bank, course, candidate.prepared, actor, key=candidate.key)
            report.imported.append(candidate)
        elif _is_known(candidate, held[1]):
            report.unchanged.append(candidate)
        else:
            edit_question(held[0], course, candidate.prepared, actor)
            report.imported.append(candidate)
    return report


def _is_known(candidate: Candidate, digests: set[str]) -> bool:
    """Without an id the key is the content itself: whatever an author made of the question since is better."""
    return not candidate.item.external_id or candidate.prepared.content.digest in digests


def _known(bank: QuestionBank) -> dict[str, tuple[Question, set[str]]]:
    rows = db.session.execute(
        select(Question, QuestionVersion.content_hash)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.bank_id == bank.id)
    )
    known: dict[str, tuple[Question, set[str]]] = {}
    for question, digest in rows:
        known.setdefault(question.key, (question, set()))[1].add(digest)
    return known


def preview(bank: QuestionBank | None, batch: Batch) -> Report:
    """Say what an import would do, without doing it."""
    known = _known(bank) if bank is not None else {}
    report = Report(refused=batch.refused)
    for candidate in batch.candidates:
        held = known.get(candidate.key)
        same = held is not None and _is_known(candidate, held[1])
        (report.unchanged if same else report.imported).append(candidate)
    return report
