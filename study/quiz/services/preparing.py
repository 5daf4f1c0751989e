"""Checks and renders a question before it is stored: touches no row, so that transactions stay short."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from string import ascii_lowercase
from unicodedata import is_normalized

from core.faces import Faces
from core.i18n import _l
from core.markup import NO_FILES, render
from core.markup.attached import Attached
from core.text import excerpt, plain
from study.enums import QuestionKind
from study.errors import QuestionIncomplete
from study.models.questions import QUESTION_NAME_MAX
from study.quiz.kinds import Gap, Option, QuestionContent, cloze, kind_of
from study.quiz.likeness import sketch_of

LETTERS = ascii_lowercase
"""Keys of options, in the order in which they were written."""
TRUE_KEY, FALSE_KEY = "t", "f"
_BARE = re.compile(
    r"(?!\d+[.)])(?:[^\W_]|[\u2e80-\u2fdf，。？！；：、（）《》“”‘’—…·～．－＋％【】()]|(?<=[^\W_])[,;?!%]|(?<=\d)\.(?=\d)"
    r"|(?<=[^\W_])[-/](?=[^\W_])|(?<=\S) (?=\S))+\.?"
)
_ONE_PARAGRAPH = re.compile(r"\A<p>((?:(?!</?p>).)*)</p>\s*\Z", re.DOTALL)
_ONE_FIGURE = re.compile(r"\A<figure>((?:(?!</?figure>).)*)</figure>\s*\Z", re.DOTALL)
_PARAGRAPH_GAP = re.compile(r"</p>\s*<p>")
_ALT = re.compile(r'<img [^>]*\balt="([^"]+)"')
NAME_EXCERPT = 80


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A question whose texts are rendered: what takes long is done before the transaction."""

    content: QuestionContent

    @property
    def name(self) -> str:
        """Return what lists call the question."""
        html = self.content.html
        shown = cloze.bare(html.zh or html.en)
        name = self.content.name or excerpt(plain(shown) or " ".join(map(unescape, _ALT.findall(shown))), NAME_EXCERPT)
        return name[:QUESTION_NAME_MAX]

    @cached_property
    def sketch(self) -> str:
        """Return what tells whether another question says nearly the same."""
        return sketch_of(self.content)


def prepare(content: QuestionContent, files: Mapping[str, Attached] = NO_FILES) -> Prepared:
    """Check a question, name its options and render its texts, which show ``files``; touches no row.

    Raises:
        QuestionIncomplete: it cannot be answered as it stands.
    """
    check(content)
    keys = TRUE_KEY + FALSE_KEY if content.kind is QuestionKind.TRUE_FALSE else LETTERS
    options = [replace(option, key=option.key or key) for key, option in zip(keys, content.options, strict=False)]
    return Prepared(content=rendered(replace(content, options=options), files))


def rendered(content: QuestionContent, files: Mapping[str, Attached] = NO_FILES) -> QuestionContent:
    """Return a question with all its texts rendered.

    Raises:
        QuestionIncomplete: a gap stands where none can be filled in.
    """
    is_cloze = content.kind is QuestionKind.CLOZE
    text = Faces(*(cloze.protect(one) for one in (content.text.zh, content.text.en))) if is_cloze else content.text
    html = rendered_inline(text, files)
    pairs = ((html.zh, content.text.zh), (html.en, content.text.en))
    if is_cloze and not all(cloze.is_whole(shown, written) for shown, written in pairs):
        raise QuestionIncomplete(_l("A gap cannot stand inside a link, a picture, code or a formula."))
    return replace(
        content,
        html=html,
        feedback_html=rendered_inline(content.feedback, files),
        options=[render_option(option, files) for option in content.options],
        gaps=[_render_gap(gap, files) for gap in content.gaps],
        bands=[replace(band, html=rendered_inline(band.feedback, files)) for band in content.bands],
        settings=replace(content.settings, model_html=rendered_inline(content.settings.model, files)),
    )


def _render_gap(gap: Gap, files: Mapping[str, Attached]) -> Gap:
    options = [
        render_option(replace(option, key=option.key or key), files)
        for key, option in zip(LETTERS, gap.options, strict=False)
    ]
    return replace(gap, options=tuple(options))


def render_option(option: Option, files: Mapping[str, Attached] = NO_FILES) -> Option:
    """Return an option with its texts rendered."""
    return replace(
        option,
        html=rendered_inline(option.text, files),
        feedback_html=rendered_inline(option.feedback, files),
        partner_html=rendered_inline(option.partner, files),
    )


def check(content: QuestionContent) -> None:
    """Check that a question can be asked and answered.

    Raises:
        QuestionIncomplete: it cannot; the message says what is missing.
    """
    problem = _problem(content)
    if problem is not None:
        raise QuestionIncomplete(problem)


def _problem(content: QuestionContent) -> object:
    if not content.text:
        return _l("The question has no text.")
    if max([len(content.options), *(len(gap.options) for gap in content.gaps)]) > len(LETTERS):
        return _l("A question may have 26 answers at most.")
    return kind_of(content.kind).problem(content)


def rendered_inline(faces: Faces, files: Mapping[str, Attached] = NO_FILES) -> Faces:
    """Return the HTML of both faces as questions show it."""
    return Faces(zh=_inline(faces.zh, files), en=_inline(faces.en, files))


def _inline(source: str, files: Mapping[str, Attached]) -> str:
    """Render; a single paragraph or picture loses its frame, so that it may stand in a legend or label."""
    # Words in which no rule of Markdown finds anything: most options of most files, which come by the thousand.
    if not source or (_BARE.fullmatch(source) and is_normalized("NFC", source)):
        return source
    html = render(source, files=files, heading=4).html.strip()
    if found := _ONE_PARAGRAPH.match(html) or _ONE_FIGURE.match(html):
        return found[1]
    return html
