"""Bring both catalogues up to date with the strings in code and templates; new ones wait for a translation."""

from babel.messages.pofile import write_po
from catalogues import LANGUAGES, extracted, load, path_of

template = extracted()
for language in LANGUAGES:
    catalogue = load(language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    with path_of(language).open("wb") as stream:
        write_po(stream, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    waiting = sum(1 for message in catalogue if message.id and not message.string)
    print(f"{language}: {len(catalogue)} strings, {waiting} not translated")  # noqa: T201 -- a tool talks
