"""Keeps the pictures that questions show: takes new ones in with them, and says which version shows which."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import delete, insert, select

from core.db import db
from core.faces import Faces
from core.files import File
from core.markup.attached import Attached
from core.permissions import Actor
from study import urls
from study.models import Course, Picture, PicturePlace, Question, QuestionBank, QuestionPicture, QuestionVersion
from study.queries.pictures import named_in, pictures_of
from study.quiz.kinds import QuestionContent
from study.quiz.services.batches import Batch, Candidate
from study.quiz.services.enclosing import NEW, known_pictures, new_in, with_addresses
from study.quiz.services.preparing import Prepared
from study.services.pictures import picture_of


def pictures_for(content: QuestionContent, course_id: int) -> Mapping[str, Attached]:
    """Return what the renderer needs of the pictures that a question of a course shows."""
    texts = (*content.asked_texts, *content.told_texts)
    return pictures_of(Faces(zh="\n".join(text.all() for text in texts if text)), course_id)


def take_pictures(batch: Batch, course_id: int, actor: Actor | None) -> tuple[Batch, list[Picture]]:
    """Keep the new pictures of a file and return it with their addresses. The caller holds the bank's row lock.

    Their content has to be on the disk (``Pictures.keep``). What another import of the same file brought meanwhile is
    not kept twice.
    """
    wanted = {ident: None for one in batch.candidates for ident in new_in(one.prepared.content)}
    if not wanted:
        return batch, []
    known = known_pictures(wanted, course_id)
    made = []
    for ident in wanted.keys() - known.keys():
        picture = picture_of(batch.pictures.kept[ident], course_id, actor.id if actor else None, alt="", source=ident)
        db.session.add(picture)
        made.append(picture)
    db.session.flush()
    known |= {picture.source: picture.id for picture in made}
    addresses = {NEW + ident: urls.for_picture(known[ident]) for ident in wanted}
    return batch.part([_settled(one, addresses) for one in batch.candidates]), made


def _settled(candidate: Candidate, addresses: Mapping[str, str]) -> Candidate:
    """Return a candidate whose pictures are kept; without an id of its own it is called by what it says now."""
    old = candidate.prepared.content
    if not new_in(old):
        return candidate
    content = with_addresses(old, addresses)
    key = candidate.key.replace(old.digest, content.digest)
    return replace(candidate, prepared=Prepared(content=content), key=key)


def join_version(version: QuestionVersion) -> None:
    """Say which pictures a version shows, which is saved."""
    join_versions({version.id: version.content})


def join_first_versions(contents: Mapping[int, QuestionContent]) -> None:
    """Do the same for the first versions of questions, by the ids of these."""
    shown = {ident: content for ident, content in contents.items() if _named(content)}
    if shown:
        rows = select(QuestionVersion.id, QuestionVersion.question_id).where(
            QuestionVersion.question_id.in_(list(shown)), QuestionVersion.version == 1
        )
        join_versions({ident: shown[question] for ident, question in db.session.execute(rows)})


def join_versions(contents: Mapping[int, QuestionContent]) -> None:
    """Say which pictures versions show, by the ids of these; pictures of other courses are none of theirs."""
    named = {ident: found for ident, content in contents.items() if (found := _named(content))}
    if not named:
        return
    wanted = {picture for found in named.values() for picture in found}
    own = (
        select(QuestionVersion.id, Picture.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .join(Picture, Picture.course_id == QuestionBank.course_id)
        .where(QuestionVersion.id.in_(list(named)), Picture.id.in_(wanted))
    )
    rows = [
        {"version_id": version, "picture_id": picture, "is_asked": named[version][picture]}
        for version, picture in db.session.execute(own)
        if picture in named[version]
    ]
    if rows:
        db.session.execute(insert(QuestionPicture), rows)


def _named(content: QuestionContent) -> dict[int, bool]:
    """Return the pictures that a question shows, and whether everybody sees them who is asked."""
    told, asked = (
        {ident for text in texts if text for ident in named_in(text.all())}
        for texts in (content.told_texts, content.asked_texts)
    )
    return {ident: ident in asked for ident in sorted(told | asked)}


def drop_pictures(import_id: int, course: Course) -> int:
    """Delete the pictures that a file brought and nothing shows any more; return how many."""
    used = (
        select(QuestionPicture.picture_id).where(QuestionPicture.picture_id == Picture.id).exists()
        | select(PicturePlace.picture_id).where(PicturePlace.picture_id == Picture.id).exists()
    )
    rows = db.session.execute(
        select(Picture.id, Picture.file_id, Picture.thumbnail_id).where(
            Picture.import_id == import_id, ~used, Picture.id.not_in(named_in(course.body.all()))
        )
    ).all()
    if not rows:
        return 0
    db.session.execute(delete(Picture).where(Picture.id.in_([row.id for row in rows])))
    files = {ident for row in rows for ident in (row.file_id, row.thumbnail_id)}
    # Copies of the course show the same files.
    shared = select(Picture.file_id).union(select(Picture.thumbnail_id))
    db.session.execute(delete(File).where(File.id.in_(files), File.id.not_in(shared)))
    return len(rows)
