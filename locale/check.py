"""Fail when a string of the code is missing in a catalogue, has no translation, or loses a placeholder."""

import re
import sys

from catalogues import LANGUAGES, SOURCE_LANGUAGE, extracted, load

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(part) for part in value or ()]


def _faults(language: str) -> list[str]:
    catalogue, faults = load(language), []
    for message in extracted():
        if not message.id:
            continue
        name = _texts(message.id)[0]
        known = catalogue.get(message.id)
        if known is None:
            faults.append(f"{language}: missing: {name!r}")
            continue
        if language == SOURCE_LANGUAGE:
            continue
        translations = _texts(known.string)
        if not translations or not all(translations) or known.fuzzy:
            faults.append(f"{language}: not translated: {name!r}")
        wanted = set(PLACEHOLDER.findall(_texts(message.id)[-1]))
        faults += [
            f"{language}: placeholders differ: {name!r}"
            for text in translations
            if text and set(PLACEHOLDER.findall(text)) != wanted
        ]
    return faults


found = [fault for language in LANGUAGES for fault in _faults(language)]
for fault in found:
    print(fault)  # noqa: T201 -- a tool talks
sys.exit(1 if found else 0)
