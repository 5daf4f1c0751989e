"""Templates say the same as under plain Jinja, in the language of the reader."""

import os

import pytest
from flask.templating import Environment
from jinja2 import DictLoader, FileSystemLoader, StrictUndefined, UndefinedError, pass_context
from markupsafe import Markup

from app.compiling import Templates
from core.i18n import in_language

PARTS = {
    "base.html": (
        "<title>{% block title %}{% endblock %}</title>{% set side %}{% block side %}{% endblock %}{% endset %}"
        "{% block main %}base{% endblock %}{% if side.strip() %}<aside>{{ side }}</aside>{% endif %}"
    ),
    "child.html": (
        '{% extends "base.html" %}{% set top = value %}{% block title %}{{ top }}{% endblock %}'
        "{% block main %}{{ super() }}{% for one in rows %}{% set last = one %}{% if one == 2 %}{% set mine = one %}"
        '<b>{{ mine }}</b>{% endif %}{% include "part.html" %}{{ loop.index }}{% else %}none{% endfor %}{% endblock %}'
    ),
    "part.html": "({{ one }}{{ last }}{{ value }})",
    "macros.html": (
        '{% macro one(a, b="<b>") %}{{ a }}{{ b }}{{ caller() if caller is defined else "" }}{% endmacro %}'
        "{% macro many() %}{{ varargs | join }}{{ kwargs.items() | list }}{% endmacro %}"
    ),
    "calls.html": (
        '{% from "macros.html" import one, many %}{{ one(value) }}{{ one("<i>", b=raw) }}{{ many(1, 2, class="x") }}'
        "{% call one(1) %}<u>{{ value }}</u>{% endcall %}{{ one(*rows[:1], **{'b': 3}) }}{{ given('x') }}{{ seen() }}"
        "{{ value.upper() }}{{ rows.index(2) }}{{ value | replace('<', '(') }}{{ Thing() }}{{ spoken.name }}"
    ),
    "plain.txt": "{{ value }} & {{ raw }}{% for one in rows %}{{ one }}{% endfor %}",
    "recursive.html": (
        "{% for one in tree recursive %}<li>{{ one.name }}{% if one.below %}{{ loop(one.below) }}{% endif %}</li>"
        "{% endfor %}{% filter upper %}a{{ value }}{% endfilter %}{% with inner = value %}{{ inner }}{% endwith %}"
    ),
    "values.html": "{% for one in kinds %}[{{ one }}]{% endfor %}{% autoescape false %}{{ value }}{% endautoescape %}",
}


class Thing:
    def __html__(self):
        return Markup("<hr>")

    def __str__(self):
        return "never"


@pass_context
def seen(context):
    return context["value"]


GIVEN = {
    "value": "<&'\">中文",
    "raw": Markup("<em>"),
    "rows": [1, 2, 3],
    "kinds": [None, True, 1.5, 7, "", Markup("<p>"), b"x", ["<"], {"a": "<"}],
    "tree": [{"name": "<a>", "below": [{"name": "b", "below": []}]}],
    "given": lambda word: f"<{word}>",
    "seen": seen,
    "Thing": Thing,
    "spoken": {"name": "<n>"},
}


def environment(kind, app, parts=PARTS):
    loader = DictLoader(parts)
    escaped = lambda name: not (name or "").endswith(".txt")  # noqa: E731 -- as Flask has it
    return kind(app, loader=loader, undefined=StrictUndefined, autoescape=escaped)


@pytest.mark.parametrize("name", [name for name in PARTS if name not in {"part.html", "macros.html"}])
def test_a_template_says_what_plain_jinja_says(app, name):
    ours = environment(Templates, app).get_template(name).render(**GIVEN)
    assert ours == environment(Environment, app).get_template(name).render(**GIVEN)
    assert ours


@pytest.mark.parametrize("words", ["{{ missing }}", "{{ missing.name }}", "{{ missing() }}", "{{ value.nothing() }}"])
def test_what_is_not_there_is_an_error(app, words):
    env = environment(Templates, app)
    with pytest.raises(UndefinedError):
        env.from_string(words).render(value="x")


def test_texts_are_translated_for_each_language_apart(app):
    words = (
        '{{ _("Reply") }}|{{ _("Reply") ~ "!" }}|{{ _("Question %(number)s", number=2) }}|{{ _(word) }}'
        '{% macro said() %}{{ _("Save data") }}{% endmacro %}{{ said() }}'
    )
    env = environment(Templates, app, {"spoken.html": words})
    env.globals["_"] = app.jinja_env.globals["_"]
    said = {}
    for language in ("zh-Hans", "en", "zh-Hans"):
        with app.app_context(), in_language(language):
            said[language] = env.get_template("spoken.html").render(word="Save data")
    assert said == {
        "zh-Hans": "回复|回复!|第 2 题|省流量省流量",
        "en": "Reply|Reply!|Question 2|Save dataSave data",
    }


def test_macros_of_every_page_speak_its_language(app):
    for language, words in (("zh-Hans", "关注"), ("en", "Follow")):
        with app.test_request_context(), in_language(language):
            template = app.jinja_env.from_string('{{ level_form("/x", None, "") }}')
            assert words in template.render()


def test_names_given_to_one_page_are_not_those_of_the_next(app):
    env = environment(Templates, app, {"page.html": "{{ here }}"})
    assert env.get_template("page.html", globals={"here": "once"}).render() == "once"
    with pytest.raises(UndefinedError):
        env.get_template("page.html").render()


def test_a_template_that_changed_is_read_again_where_that_is_asked_for(app, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("before")
    env = Templates(app, loader=FileSystemLoader(tmp_path), auto_reload=True)
    assert env.get_template("page.html").render() == "before"
    page.write_text("afterwards")
    os.utime(page, (1, 1))
    assert env.get_template("page.html").render() == "afterwards"
