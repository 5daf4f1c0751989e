"""Our Markdown: CommonMark without raw HTML, with tables, task lists, footnotes, bare links, and Chinese in mind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from core.markup import boxes, formulas, marks, rules
from core.markup.colours import SPANS_MAX, coloured
from core.markup.links import is_allowed
from core.text import detect_language

NESTING_MAX: Final = 24
TAGS_MAX: Final = 8_000
"""Tags of one text; cleaning takes 40 µs for each, and only an attack or a pasted spreadsheet has more."""
_CJK: Final = re.compile(
    r"[\u1100-\u11ff\u2e80-\u303f\u3040-\u30ff\u3130-\u318f\u31a0-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001b000-\U0001b16f\U00020000-\U000323af]"
)
_LANGUAGE: Final = re.compile(r"[a-z0-9_+#.-]{1,30}")
_ASCII_MAX: Final = 0x80


class _State(StateInline):
    """Inline state that lets emphasis begin and end beside Chinese characters and punctuation.

    CommonMark asks for a space or punctuation outside ``**`` when there is punctuation inside, which Chinese writing
    never has: in ``这是**中文。**测试`` the stars would stay. As in the CJK-friendly amendment, Chinese, Japanese and
    Korean signs count as letters when inside and as a boundary when outside.
    """

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 -- The parser's name.
        """Say whether a run of marks may open or close emphasis."""
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        punct_before, punct_after = _is_punctuation(before), _is_punctuation(after)
        space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        left = not space_after and (
            not punct_after or space_before or punct_before or _is_cjk(before) or _is_cjk(after)
        )
        right = not space_before and (
            not punct_before or space_after or punct_after or _is_cjk(after) or _is_cjk(before)
        )
        return Scanned(
            left and (canSplitWord or not right or punct_before),
            right and (canSplitWord or not left or punct_after),
            end - start,
        )


class _Inline(ParserInline):
    """The inline parser, working on our state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Process one block's text into ``tokens``."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _Renderer(RendererHTML):
    """Our shape of the few elements that need more than a tag."""

    def softbreak(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A line end: a break in posts; in longer texts a space, but none between two Chinese characters."""
        if env.get("breaks"):
            return "<br>\n"
        last, first = _edge(tokens, idx - 1, -1), _edge(tokens, idx + 1, 0)
        return "" if last and first and _is_cjk(last) and _is_cjk(first) else "\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A block of code, with its language as a class."""
        token = tokens[idx]
        words = token.info.split(maxsplit=1)
        language = words[0].lower() if words else ""
        known = _LANGUAGE.fullmatch(language)
        shown = f' class="language-{language}"' if known else ""
        code = _coloured(token.content, language, env) if known else escapeHtml(token.content)
        return f'<pre tabindex="0"{self.renderAttrs(token)}><code{shown}>{code}</code></pre>\n'

    code_block = fence

    def ruby(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Characters with their reading."""
        return marks.ruby(tokens[idx].meta["pairs"])

    def formula(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A formula in a line."""
        return _formula(tokens[idx].content, env, block=False)

    def formula_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A formula on a line of its own, in a frame that scrolls without the page."""
        shown = _formula(tokens[idx].content, env, block=True)
        return f'<div class="scroll" tabindex="0"{self.renderAttrs(tokens[idx])}>{shown}</div>\n'

    def veil_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Words that are seen, and heard, when the pointer or the keyboard comes to them.

        A ``details`` cannot stand inside a paragraph, and a box to tick would need a name of its own in every text;
        what can be focused needs neither, and what is not visible is not read out either.
        """
        return '<span class="veil" tabindex="0"><span>'

    def veil_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of these words."""
        return "</span></span>"

    def spoiler_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A box that opens when it is asked to."""
        title = escapeHtml(tokens[idx].info or _word(env, "剧透", "Spoiler"))
        return f'<details class="veil"{self.renderAttrs(tokens[idx])}><summary>{title}</summary>\n'

    def check_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A question to oneself, with what one should have thought of inside."""
        title = escapeHtml(tokens[idx].info or _word(env, "想一想", "Check yourself"))
        return f'<details class="check"{self.renderAttrs(tokens[idx])}><summary>{title}</summary>\n'

    def note_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A box that stands out from the text around it."""
        title = escapeHtml(tokens[idx].info or _word(env, "提示", "Note"))
        return f'<div class="callout"{self.renderAttrs(tokens[idx])}><p><strong>{title}</strong></p>\n'

    def warning_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A box that nobody should overlook."""
        title = escapeHtml(tokens[idx].info or _word(env, "注意", "Warning"))
        return f'<div class="callout warning"{self.renderAttrs(tokens[idx])}><p><strong>{title}</strong></p>\n'

    def asked(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The place of a question, filled when the page is shown; what names none keeps its name for the author."""
        token, asks = tokens[idx], env["asks"]
        ident = asks.get(token.content) or asks.get(token.content.split()[0]) or "0"
        words = "" if ident != "0" else escapeHtml(token.content)
        return f'<div class="asked" data-q="{ident}"{self.renderAttrs(token)}>{words}</div>\n'

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A table in a frame of its own, so that a wide one scrolls without the page."""
        return f'<div class="scroll" tabindex="0"{self.renderAttrs(tokens[idx])}><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The end of that frame."""
        return "</table></div>\n"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A picture of this site; pictures from elsewhere have become links before."""
        token = tokens[idx]
        words = self.renderInlineAsText(token.children, options, env) if token.children else ""
        token.attrSet("alt", words)
        return f'<img loading="lazy"{self.renderAttrs(token)}>'

    def sound(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A recording: nothing of it is fetched before somebody plays it."""
        return f'<audio controls preload="none"{self.renderAttrs(tokens[idx])}></audio>'

    def task_box(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The box of a task list item; its label is the item."""
        return f'<input type="checkbox" disabled{" checked" if tokens[idx].meta["done"] else ""}> '

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Notes at the end."""
        return '<section class="footnotes"><ol class="footnotes-list">\n'


def _word(env: EnvType, chinese: str, english: str) -> str:
    """Return a word of ours in the language of the text it stands in."""
    if "chinese" not in env:
        env["chinese"] = detect_language(env.get("source", "")).startswith("zh")
    return chinese if env["chinese"] else english


def _coloured(code: str, language: str, env: EnvType) -> str:
    left = env.get("spans_left", SPANS_MAX)
    found = coloured(code, language, left) if left else None
    if found is None:
        return escapeHtml(code)
    env["spans_left"] = left - found[1]
    return found[0]


def _formula(source: str, env: EnvType, *, block: bool) -> str:
    """Return a formula, or its source with a note when it is not understood or the text has too many."""
    left = env.get("nodes_left", formulas.TEXT_NODES_MAX)
    found = formulas.mathml(source, block=block) if left > 0 else None
    env["nodes_left"] = left - (found[1] if found else formulas.FAILED_COSTS)
    if found:
        return found[0]
    note = _word(env, "（公式无法识别）", " (formula not understood)")
    return f"<code>{escapeHtml(source)}</code><small>{note}</small>"


def _is_cjk(sign: str) -> bool:
    return ord(sign) > _ASCII_MAX and _CJK.match(sign) is not None


def _is_punctuation(sign: str) -> bool:
    return isMdAsciiPunct(ord(sign)) or isPunctChar(sign)


def _edge(tokens: Sequence[Token], index: int, place: int) -> str:
    """Return the character that stands next to a line end, or nothing when that is not plain text."""
    if not 0 <= index < len(tokens) or tokens[index].type != "text":
        return ""
    return tokens[index].content[place] if tokens[index].content else ""


def _build(*, extended: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": NESTING_MAX}, renderer_cls=_Renderer)
    md.inline = _Inline()
    setattr(md, "validateLink", is_allowed)  # noqa: B010 -- Its own check lets unknown schemes through.
    md.disable(["html_block", "html_inline"], ignoreInvalid=True)
    md.enable(["table", "strikethrough"])
    md.use(footnote_plugin, inline=False)
    md.add_render_rule("footnote_block_open", _Renderer.footnote_block_open)
    rules.install(md)
    if extended:
        marks.install(md)
        boxes.install(md)
    return md


# Parsing keeps its state in the objects it makes per text, so one parser serves all threads. Most texts hold none of
# our own marks, and each rule costs at every sign where something may begin.
_MD: Final = _build(extended=False)
_EXTENDED: Final = _build(extended=True)
_OWN_MARKS: Final = re.compile(r"\$[^$]*\$|\|\||:::|\{[^{}|]{1,80}\|")


def _parser_for(source: str) -> MarkdownIt:
    return _EXTENDED if _OWN_MARKS.search(source) else _MD


def to_html(source: str, env: dict[str, Any]) -> str:
    """Return the HTML of a Markdown text, not cleaned yet; one that is all structure is shown as it was typed."""
    env["source"] = source
    markup: str = _parser_for(source).render(source, env)
    if markup.count("<") <= TAGS_MAX:
        return markup
    env["mentions"] = []
    return f'<pre tabindex="0"><code>{escapeHtml(source)}</code></pre>\n'


def parse(source: str, env: dict[str, Any]) -> None:
    """Parse a text for what the rules leave in ``env``."""
    _parser_for(source).parse(source, env)
