"""How templates become Python: translated once, collected in lists, called directly.

A page of a thread translates fifty texts, escapes six hundred values and hands 1,400 pieces through three generators.
Most of it is the same for every page in one language and can be decided when a template is compiled, which is done once
a language. What templates mean stays as Jinja has it; the hooks used are those Jinja documents.
"""

from collections.abc import MutableMapping
from functools import partial
from keyword import iskeyword
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from core.i18n import _, current_locale

try:  # Escaping without the object it is wrapped in, which joining would throw away.
    from markupsafe._speedups import _escape_inner as _escaped
except ImportError:
    _escaped = escape

_DIRECT = frozenset((FunctionType, MethodType, BuiltinFunctionType, Macro))


def written(value: object) -> str:
    """Return what a page shows of a value: as ``markupsafe.escape`` does, but as plain text."""
    kind = type(value)
    if kind is str:
        return _escaped(value)  # type: ignore[arg-type]
    if kind is Markup:
        return value  # type: ignore[return-value]
    return str(value) if kind is int else escape(value)


def callee(context: Context, called: Any) -> Any:
    """Return what takes the arguments: a function itself; what wants the context, or is none, as Jinja calls it."""
    if type(called) in _DIRECT and not hasattr(called, "jinja_pass_arg"):
        return called
    return partial(context.call, called)


class _Translator(NodeTransformer):
    """Puts the translation in the place of ``_("…")`` where nothing is to be filled in."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 -- named after the node
        self.generic_visit(node)
        alone = len(node.args) == 1 and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if (
            alone
            and isinstance(node.node, nodes.Name)
            and node.node.name == "_"
            and isinstance(node.args[0], nodes.Const)
        ):
            return nodes.Const(_(node.args[0].value), lineno=node.lineno, environment=node.environment)
        return node


class _Writer(CodeGenerator):
    """Writes Python that does the same in fewer steps."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 -- as above
        self.writeline("from app.compiling import callee, written")
        super().visit_Template(node, frame)

    def enter_frame(self, frame: Frame) -> None:
        """Let a block or a whole template collect its pieces in a list, as macros do."""
        super().enter_frame(frame)
        if frame.block_frame or frame.rootlevel:
            self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        """Hand what a block or template collected on as one piece."""
        super().leave_frame(frame, with_python_scope)
        if frame.block_frame or frame.rootlevel:
            self.writeline(f"yield ''.join({frame.buffer})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("written(")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 -- as above
        """Call functions and macros without collecting and spreading their arguments once more."""
        unpacked = node.dyn_args or node.dyn_kwargs or any(iskeyword(one.key) for one in node.kwargs)
        if forward_caller or unpacked:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("callee(context, ")
        self.visit(node.node, frame)
        self.write(")(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


class Templates(Environment):
    """Jinja's environment with every template once for each language.

    Globals are those there are when the first template of a language is loaded.
    """

    code_generator_class = _Writer

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._spoken: dict[tuple[str, str], Template] = {}
        self._said: dict[str, dict[str, Any]] = {}

    def offer(self, **names: Any) -> None:
        """Put names at hand in all templates of the present language."""
        self.make_globals(None).update(names)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names all templates of the present language share: a plain dict, for a page copies it."""
        language = current_locale()
        if language not in self._said:
            self._said[language] = dict(self.globals)
        return {**self._said[language], **d} if d else self._said[language]

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(_Translator().visit(source), name, filename, defer_init)

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 -- its name
        if globals:  # Names of one page's own: for that page alone.
            return self.loader.load(self, name, self.make_globals(globals))  # type: ignore[union-attr]
        template = self._spoken.get((current_locale(), name))
        if template is None or (self.auto_reload and not template.is_up_to_date):
            template = self.loader.load(self, name, self.make_globals(None))  # type: ignore[union-attr]
            self._spoken[current_locale(), name] = template
        return template
