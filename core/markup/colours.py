"""Code in colours: which words of a block of code get which class. The page's style sheet has the colours."""

from __future__ import annotations

import importlib
from itertools import groupby
from time import thread_time
from typing import TYPE_CHECKING, Any, Final

from markdown_it.common.utils import escapeHtml

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE_MAX: Final = 10_000
"""Characters of one block that are looked at; a longer one stays plain."""
LINE_MAX: Final = 1_000
SPANS_MAX: Final = 1_600
"""Coloured words of one text: cleaning takes its time for each."""
SECONDS_MAX: Final = 0.15

# Language → module of Pygments and class there. Named one by one: each has been tried with hostile input, and only the
# module that is needed is loaded.
_LEXERS: Final = {
    "bash": ("shell", "BashLexer"),
    "c": ("c_cpp", "CLexer"),
    "cpp": ("c_cpp", "CppLexer"),
    "csharp": ("dotnet", "CSharpLexer"),
    "css": ("css", "CssLexer"),
    "diff": ("diff", "DiffLexer"),
    "dockerfile": ("configs", "DockerLexer"),
    "go": ("go", "GoLexer"),
    "html": ("html", "HtmlLexer"),
    "ini": ("configs", "IniLexer"),
    "java": ("jvm", "JavaLexer"),
    "javascript": ("javascript", "JavascriptLexer"),
    "json": ("data", "JsonLexer"),
    "kotlin": ("jvm", "KotlinLexer"),
    "lua": ("scripting", "LuaLexer"),
    "make": ("make", "MakefileLexer"),
    "php": ("php", "PhpLexer"),
    "python": ("python", "PythonLexer"),
    "r": ("r", "SLexer"),
    "ruby": ("ruby", "RubyLexer"),
    "rust": ("rust", "RustLexer"),
    "sql": ("sql", "SqlLexer"),
    "swift": ("objective", "SwiftLexer"),
    "tex": ("markup", "TexLexer"),
    "toml": ("configs", "TOMLLexer"),
    "typescript": ("javascript", "TypeScriptLexer"),
    "xml": ("html", "XmlLexer"),
    "yaml": ("data", "YamlLexer"),
}
_ALSO: Final = {
    "c++": "cpp",
    "c#": "csharp",
    "cs": "csharp",
    "docker": "dockerfile",
    "golang": "go",
    "htm": "html",
    "js": "javascript",
    "jsx": "javascript",
    "kt": "kotlin",
    "latex": "tex",
    "makefile": "make",
    "patch": "diff",
    "py": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "bash",
    "shell": "bash",
    "ts": "typescript",
    "yml": "yaml",
    "zsh": "bash",
}
# The beginning of a token's name → its class, the longest first.
_CLASSES: Final = (
    ("Comment.Preproc", "ct"),
    ("Comment", "cc"),
    ("Keyword.Type", "ct"),
    ("Keyword", "ck"),
    ("Name.Builtin", "ct"),
    ("Name.Class", "cf"),
    ("Name.Decorator", "ct"),
    ("Name.Function", "cf"),
    ("Name.Tag", "ck"),
    ("Name.Attribute", "ct"),
    ("Operator.Word", "ck"),
    ("Literal.String", "cs"),
    ("Literal.Number", "cn"),
    ("Generic.Deleted", "cd"),
    ("Generic.Inserted", "ci"),
    ("Generic.Heading", "cf"),
    ("Generic.Subheading", "cf"),
)
CLASSES: Final = frozenset(css for _name, css in _CLASSES)
_lexers: dict[str, Any] = {}
_classes: dict[Any, str] = {}


def coloured(code: str, language: str, budget: int) -> tuple[str, int] | None:
    """Return (markup, number of coloured words) of a block of code.

    None: the language is unknown, the block is too long, or it took too long; it is shown plain.
    """
    lexer = _lexer(language)
    if lexer is None or len(code) > CODE_MAX or max(map(len, code.split("\n"))) > LINE_MAX:
        return None
    parts, spans, deadline = [], 0, thread_time() + SECONDS_MAX
    for css, words in groupby(_words(lexer, code, deadline), key=lambda pair: pair[0]):
        shown = escapeHtml("".join(word for _css, word in words))
        if css and not shown.isspace():
            spans += 1
            shown = f'<span class="{css}">{shown}</span>'
        parts.append(shown)
        if spans > budget:
            return None
    if thread_time() > deadline:
        return None
    return "".join(parts), spans


def _words(lexer: Any, code: str, deadline: float) -> Iterator[tuple[str, str]]:
    """Yield (class, word); a lexer that has lost its way is left at the deadline."""
    for _place, token, word in lexer.get_tokens_unprocessed(code):
        if thread_time() > deadline:
            return
        yield _class_of(token), word


def _class_of(token: Any) -> str:
    if token not in _classes:
        name = str(token).removeprefix("Token.")
        _classes[token] = next((css for begins, css in _CLASSES if name.startswith(begins)), "")
    return _classes[token]


def _lexer(language: str) -> Any:
    name = _ALSO.get(language, language)
    if name not in _LEXERS:
        return None
    if name not in _lexers:
        module, kind = _LEXERS[name]
        _lexers[name] = getattr(importlib.import_module(f"pygments.lexers.{module}"), kind)()
    return _lexers[name]
