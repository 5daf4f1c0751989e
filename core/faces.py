"""Texts with a Chinese and an English face: one thing, two languages, either may be missing."""

from typing import Any, Self

from markupsafe import Markup, escape
from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

from core.i18n import current_locale


class Faces:
    """A short or long text in Chinese, English or both. Immutable; compares by content."""

    __slots__ = ("en", "zh")

    zh: str
    en: str

    def __init__(self, zh: str = "", en: str = "") -> None:
        object.__setattr__(self, "zh", zh or "")
        object.__setattr__(self, "en", en or "")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Faces do not change; make new ones.")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Faces) and (self.zh, self.en) == (other.zh, other.en)

    def __hash__(self) -> int:
        return hash((self.zh, self.en))

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def __repr__(self) -> str:
        return f"Faces(zh={self.zh!r}, en={self.en!r})"

    def __str__(self) -> str:
        return self.pick()

    def is_called(self, name: str) -> bool:
        """Tell whether one of the faces is this name, capitals or not."""
        return bool(name) and name.casefold() in (self.zh.casefold(), self.en.casefold())

    def language(self, language: str | None = None) -> str:
        """Return the language tag of the text that ``pick`` gives."""
        wanted = language or current_locale()
        if wanted == "en":
            return "en" if self.en or not self.zh else "zh-Hans"
        return "zh-Hans" if self.zh or not self.en else "en"

    def pick(self, language: str | None = None) -> str:
        """Return the text in the reader's language, or in the other one where that is missing."""
        return self.en if self.language(language) == "en" else self.zh

    def all(self) -> str:
        """Return both texts, Chinese first, a line break between: for the index."""
        return "\n".join(text for text in (self.zh, self.en) if text)

    @classmethod
    def of(cls, text: str, language: str) -> Self:
        """Put ``text`` into the face of ``language``."""
        return cls(en=text) if language == "en" else cls(zh=text)


class FacesType(TypeDecorator[Faces]):
    """Stores faces as a small JSON object, ``{"zh": …, "en": …}``, empty faces left out."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        # No faces at all are NULL in the column, never the word "null" of JSON.
        super().__init__(none_as_null=True)

    def process_bind_param(self, value: Faces | None, dialect: Dialect) -> Any:
        """Turn faces into what JSON can hold."""
        if value is None:
            return None
        return {name: text for name, text in (("zh", value.zh), ("en", value.en)) if text}

    def process_result_value(self, value: Any, dialect: Dialect) -> Faces | None:
        """Turn the stored object back into faces."""
        return None if value is None else Faces(value.get("zh", ""), value.get("en", ""))


def face(value: Faces) -> Markup:
    """Return the reader's face for HTML; names its language where that is not the page's."""
    language = value.language()
    if language == current_locale() or not value:
        return escape(value.pick())
    return Markup('<span lang="{}">{}</span>').format(language, value.pick())
