"""Takes questions from files into a bank: good ones are kept, refused ones named with line and reason."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from core.db import db
from core.permissions import Actor
from core.text import normalise
from study.models import Course, Question, QuestionBank, QuestionImport, QuestionVersion
from study.models.questions import FOLDER_MAX, clean_folder, join_tags
from study.quiz.formats import Refused
from study.quiz.likeness import Likeness
from study.quiz.queries.banks import current_version
from study.quiz.queries.likeness import list_sketches, load_likeness
from study.quiz.services.batches import Batch, Candidate, Twin, find_twins
from study.quiz.services.enclosing import FileFault, new_in
from study.quiz.services.picturing import join_first_versions, take_pictures
from study.quiz.services.questions import edit_question, new_version, require_author

KEYS_AT_ONCE = 500
_PLACES = re.compile(r"^\s*\$\w+\$/?(?:top/?)?|^top/")
"""What Moodle writes before the path of a category: the place in the site it came from."""


@dataclass(kw_only=True)
class Report:
    """What an import did. ``unchanged`` items were in the bank before."""

    imported: list[Candidate] = field(default_factory=list)
    unchanged: list[Candidate] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    file_faults: list[FileFault] = field(default_factory=list)
    pictures: int = 0
    """How many pictures came in, or would."""
    twins: dict[int, Twin] = field(default_factory=dict)
    """Of a preview: which items are nearly the same as another question."""
    taken: QuestionImport | None = None
    """What can be taken back; None where nothing came in."""

    def to_json(self) -> dict[str, Any]:
        """Return the form other programs read."""
        told: dict[str, Any] = {
            "imported": [
                {
                    "number": candidate.item.number,
                    "line": candidate.item.line,
                    "kind": candidate.item.kind.value,
                    "name": candidate.prepared.name,
                }
                for candidate in self.imported
            ],
            "refused": [{"number": one.number, "line": one.line, "error": one.error} for one in self.refused],
        }
        if self.pictures or self.file_faults:
            told |= {"files": self.pictures, "files_refused": [asdict(one) for one in self.file_faults]}
        return told


def import_batch(
    bank: QuestionBank,
    course: Course,
    batch: Batch,
    actor: Actor | None,
    *,
    file_name: str = "",
    taken: QuestionImport | None = None,
    alike: Likeness[int] | None = None,
) -> Report:
    """Store what is good. What the bank holds already stays as it is; an item with an id and other content is edited.

    A file may come in parts: the later ones name what the first one gave as ``taken`` and go on with ``alike``.

    Raises:
        Denied: the actor does not write this course.
    """
    require_author(course, actor)
    if alike is None:
        alike = load_likeness(course.id)
    report = Report(refused=batch.refused, file_faults=batch.file_faults, taken=taken)
    batch, pictures = take_pictures(batch, course.id, actor)
    known = _known(bank, batch)
    news: list[Candidate] = []
    changed: list[tuple[Question, Candidate]] = []
    for candidate in batch.candidates:
        held = known.get(candidate.key)
        if held is None:
            news.append(candidate)
        elif _is_known(candidate, held[1]):
            report.unchanged.append(candidate)
        else:
            changed.append((held[0], candidate))
    report.imported = [*news, *(candidate for _question, candidate in changed)]
    report.imported.sort(key=lambda candidate: candidate.item.number)
    if report.imported:
        report.taken = taken or _begin(bank, file_name, actor, len(batch.refused))
        report.taken.added += len(news)
        report.taken.changed += len(changed)
        _add_all(bank, news, actor, report.taken, alike)
        for question, candidate in changed:
            version = edit_question(question, course, candidate.prepared, actor, alike=alike)
            version.import_id = report.taken.id
            alike.add(question.id, question.sketch)
        for picture in pictures:
            picture.import_id = report.taken.id
        db.session.flush()
    report.pictures = len(pictures)
    return report


def _begin(bank: QuestionBank, file_name: str, actor: Actor | None, refused: int) -> QuestionImport:
    taken = QuestionImport(
        bank_id=bank.id,
        file_name=file_name[:FOLDER_MAX],
        added=0,
        changed=0,
        refused=refused,
        created_by_id=actor.id if actor else None,
    )
    db.session.add(taken)
    db.session.flush()
    return taken


def _add_all(
    bank: QuestionBank,
    candidates: Sequence[Candidate],
    actor: Actor | None,
    taken: QuestionImport,
    alike: Likeness[int],
) -> None:
    """Add questions by the hundred: each kind of row in one go, as rows, which cost a fraction of objects."""
    if not candidates:
        return
    db.session.execute(insert(Question), [_question(bank, candidate, taken) for candidate in candidates])
    ids = _ids(bank, [candidate.key for candidate in candidates])
    twins, versions = [], []
    for candidate in candidates:
        ident, sketch = ids[candidate.key], candidate.prepared.sketch
        if twin := alike.find(sketch):
            twins.append({"id": ident, "twin_of_id": twin})
        alike.add(ident, sketch)
        versions.append(new_version(ident, candidate.prepared, actor, import_id=taken.id))
    db.session.execute(insert(QuestionVersion), versions)
    join_first_versions({ids[one.key]: one.prepared.content for one in candidates})
    if twins:
        db.session.execute(update(Question), twins)


def _ids(bank: QuestionBank, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        named = Question.bank_id == bank.id, Question.key.in_(keys[start : start + KEYS_AT_ONCE])
        found |= {row.key: row.id for row in db.session.execute(select(Question.key, Question.id).where(*named))}
    return found


def _question(bank: QuestionBank, candidate: Candidate, taken: QuestionImport) -> dict[str, Any]:
    item = candidate.item
    return {
        "bank_id": bank.id,
        "key": candidate.key,
        "name": candidate.prepared.name,
        "folder": clean_folder(normalise(_PLACES.sub("", item.category))),
        "tags": join_tags(normalise(tag) for tag in item.tags),
        "level": item.level,
        "sketch": candidate.prepared.sketch,
        "import_id": taken.id,
    }


def _is_known(candidate: Candidate, digests: set[str]) -> bool:
    """Without an id the key is the content itself: whatever an author made of the question since is better."""
    return not candidate.item.external_id or candidate.prepared.content.digest in digests


def _known(bank: QuestionBank, batch: Batch) -> dict[str, tuple[Question, set[str]]]:
    known: dict[str, tuple[Question, set[str]]] = {}
    for start in range(0, len(batch.candidates), KEYS_AT_ONCE):
        keys = [candidate.key for candidate in batch.candidates[start : start + KEYS_AT_ONCE]]
        rows = db.session.execute(
            select(Question, QuestionVersion.content_hash)
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            .where(Question.bank_id == bank.id, Question.key.in_(keys))
        )
        for question, digest in rows:
            known.setdefault(question.key, (question, set()))[1].add(digest)
        # What was written here has a key of its own: a file that does not name it is told by its content.
        digests = [one.prepared.content.digest for one in batch.candidates[start : start + KEYS_AT_ONCE]]
        same = select(Question, QuestionVersion.content_hash).join(QuestionVersion, current_version())
        for question, digest in db.session.execute(
            same.where(Question.bank_id == bank.id, QuestionVersion.content_hash.in_(digests))
        ):
            known.setdefault(digest, (question, {digest}))
    return known


def preview(bank: QuestionBank | None, course: Course, batch: Batch) -> Report:
    """Say what an import would do, without doing it."""
    known = _known(bank, batch) if bank is not None else {}
    new = {ident for one in batch.candidates for ident in new_in(one.prepared.content)}
    report = Report(refused=batch.refused, file_faults=batch.file_faults, pictures=len(new))
    for candidate in batch.candidates:
        held = known.get(candidate.key)
        same = held is not None and _is_known(candidate, held[1])
        (report.unchanged if same else report.imported).append(candidate)
    alike = Likeness((Twin(question_id=ident), sketch) for ident, sketch in list_sketches(course.id))
    # An item that edits a question is like that question, of course.
    report.twins = find_twins(Batch(candidates=[one for one in report.imported if one.key not in known]), alike)
    return report


def without_twins(batch: Batch, course: Course, bank: QuestionBank | None) -> Batch:
    """Return a file without the items that are nearly the same as another question."""
    twins = preview(bank, course, batch).twins
    return batch.part([one for one in batch.candidates if one.item.number not in twins])
