"""Turns items of files, whatever their format, into questions."""

from collections.abc import Callable, Iterable
from functools import partial

from core.faces import Faces
from core.i18n import _l
from core.markup import SOURCE_MAX
from core.text import detect_language, normalise, tidy
from study.enums import QuestionKind
from study.errors import QuestionIncomplete
from study.quiz.formats import Blank, Choice, Item, Number
from study.quiz.formats.entries import undress
from study.quiz.formats.texts import Shown, Text, TextFormat, in_words
from study.quiz.kinds import Band, Gap, Option, QuestionContent, cloze

ToFaces = Callable[[Text], Faces]
TOO_LONG = _l("A text of this question is longer than %(limit)s characters.")


def content_of(item: Item, shown: Shown = in_words) -> QuestionContent:
    """Return the question that an item of a file is; ``shown`` says what stands for its pictures.

    Raises:
        QuestionIncomplete: it is too long.
    """
    texts = [item.text, item.feedback, *_texts(item)]
    if any(len(text.text) > SOURCE_MAX // 4 for text in texts):
        raise QuestionIncomplete(TOO_LONG, limit=SOURCE_MAX // 4)
    language = _language(item)
    faces = partial(_faces, language=language, shown=shown)
    return QuestionContent(
        kind=item.kind,
        name=tidy(normalise(item.name)),
        text=faces(item.text),
        feedback=faces(item.feedback),
        options=list(_options(item, faces, language)),
        gaps=[_gap(key, blank, faces) for key, blank in enumerate(item.gaps, start=1)],
        bands=[Band(least=least, feedback=faces(said)) for least, said in item.bands],
        settings=item.settings,
    )


def _language(item: Item) -> str:
    if item.language:
        return item.language
    return "zh-Hans" if detect_language(item.text.words()).startswith("zh") else "en"


def _faces(text: Text, *, language: str, shown: Shown) -> Faces:
    if not text:
        return Faces()
    if told := undress(text.text) if text.format is not TextFormat.PLAIN else None:
        zh, en = (cloze.name(Text(part, text.format).markdown(shown)) if part else "" for part in told)
        return Faces(zh=zh, en=en)
    return Faces.of(cloze.name(text.markdown(shown)), language)


def _texts(item: Item) -> Iterable[Text]:
    answered: list[Item | Blank] = [item, *item.gaps]
    for answers in answered:
        for choice in answers.options:
            yield from (choice.text, choice.feedback)
        yield from (number.feedback for number in answers.numbers)
    yield from (pair.left for pair in item.pairs)
    yield from (pair.right for pair in item.pairs if isinstance(pair.right, Text))
    yield from (said for _least, said in item.bands)


def _gap(key: int, blank: Blank, faces: ToFaces) -> Gap:
    options = tuple(_answers(blank.kind, blank.options, blank.numbers, faces))
    return Gap(key=str(key), kind=blank.kind, weight=blank.weight, options=options)


def _options(item: Item, faces: ToFaces, language: str) -> Iterable[Option]:
    yield from _answers(item.kind, item.options, item.numbers, faces)
    for pair in item.pairs:
        right = pair.right
        partner = faces(right) if isinstance(right, Text) else _partner(right, language)
        yield Option(text=faces(pair.left), partner=partner)


def _partner(words: str, language: str) -> Faces:
    """Return a partner, which is plain words, perhaps in two languages."""
    zh, en = undress(words) or ((words, "") if language.startswith("zh") else ("", words))
    return Faces(*(Text(part).markdown() if part else "" for part in (zh, en)))


def _answers(
    kind: QuestionKind, choices: Iterable[Choice], numbers: Iterable[Number], faces: ToFaces
) -> Iterable[Option]:
    for choice in choices:
        feedback = faces(choice.feedback)
        if kind is QuestionKind.SHORT_ANSWER:
            yield Option(fraction=choice.fraction, pattern=normalise(choice.text.text), feedback=feedback)
        elif kind is QuestionKind.TRUE_FALSE:
            yield Option(fraction=choice.fraction, feedback=feedback)
        else:
            yield Option(fraction=choice.fraction, text=faces(choice.text), feedback=feedback)
    for number in numbers:
        tolerance = "" if number.tolerance == "0" else number.tolerance
        feedback = faces(number.feedback)
        yield Option(fraction=number.fraction, pattern=number.value, tolerance=tolerance, feedback=feedback)
