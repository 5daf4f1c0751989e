"""Question files ready to be stored: every item checked and rendered, before any transaction."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.text import normalise, tidy
from study.errors import QuestionIncomplete
from study.models.questions import KEY_MAX
from study.quiz.formats import Item, Parsed, Refused
from study.quiz.likeness import Likeness
from study.quiz.services.converting import content_of
from study.quiz.services.enclosing import FileFault, Pictures, Teller, look_at
from study.quiz.services.preparing import Prepared, prepare

OWN_KEY = re.compile(r"own-[0-9a-f]{24}")
"""What questions are called that were written here, also in files that were written here."""


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
    pictures: Pictures = field(default_factory=lambda: Pictures(course_id=None))
    file_faults: list[FileFault] = field(default_factory=list)
    """Files that were not taken in, by the questions that go without them."""

    def keep_pictures(self) -> None:
        """Put new pictures on the disk: comes before the transaction that takes the questions in."""
        self.pictures.keep(one.prepared.content for one in self.candidates)

    def part(self, candidates: Sequence[Candidate]) -> "Batch":
        """Return a part of the file, with the same pictures."""
        return Batch(
            candidates=list(candidates),
            refused=self.refused,
            pictures=self.pictures,
            file_faults=self.file_faults,
        )


def prepare_batch(parsed: Parsed, course_id: int | None = None) -> Batch:
    """Check and render every item of a file; writes nothing, so that the transaction stays short.

    Pictures that the course has already are shown as these, new ones from the file itself.
    """
    pictures = look_at(parsed.files, course_id)
    batch = Batch(refused=list(parsed.refused), pictures=pictures)
    seen: Counter[str] = Counter()
    for item in parsed.items:
        teller = Teller(pictures)
        try:
            prepared = prepare(content_of(item, teller), pictures.shown)
        except QuestionIncomplete as error:
            batch.refused.append(Refused(number=item.number, line=item.line, error=str(error)))
            continue
        batch.file_faults += [
            FileFault(number=item.number, line=item.line, name=name, error=error)
            for name, error in teller.faults.items()
        ]
        key = _key(item, prepared)
        seen[key] += 1
        if seen[key] > 1:
            key = f"{key[: KEY_MAX - 6]}-{seen[key]}"
        batch.candidates.append(Candidate(item=item, prepared=prepared, key=key))
    batch.refused.sort(key=lambda one: one.number)
    return batch


def _key(item: Item, prepared: Prepared) -> str:
    name = tidy(normalise(item.external_id))
    if OWN_KEY.fullmatch(name):
        return name
    return f"id-{name}"[:KEY_MAX] if name else prepared.content.digest


@dataclass(frozen=True, kw_only=True)
class Twin:
    """What an item of a file is nearly the same as: a question of the course, or an earlier item of the file."""

    question_id: int | None = None
    number: int | None = None


def find_twins(batch: Batch, alike: Likeness[Twin]) -> dict[int, Twin]:
    """Return which items of a file are nearly the same as another question, by their numbers."""
    found: dict[int, Twin] = {}
    for candidate in batch.candidates:
        number = candidate.item.number
        if twin := alike.find(candidate.prepared.sketch):
            found[number] = twin
        alike.add(Twin(number=number), candidate.prepared.sketch)
    return found
