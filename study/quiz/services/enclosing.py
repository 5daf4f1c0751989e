"""Looks at the pictures that come with question files: encoded anew as all pictures are, kept only with the questions.

While a file is looked at nothing is written: a picture that is new has an address of its own that no page answers.
"""

import io
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

from sqlalchemy import select

from core.attachments import Prepared as PreparedPicture
from core.attachments import attached, keep_picture, kept_sound, markdown_at, sound_type
from core.db import db
from core.errors import Invalid
from core.faces import Faces
from core.files import File
from core.i18n import _l
from core.markup.attached import Attached
from core.pictures import Picture as Decoded
from core.pictures import is_picture, made_safe
from core.text import tidy
from study import urls
from study.models import Picture
from study.models.pictures import ALT_MAX
from study.queries.pictures import list_known, named_in, shown_as
from study.quiz.formats.enclosed import NOT_THERE, Enclosed, name_in
from study.quiz.formats.items import ItemFault
from study.quiz.formats.texts import in_words
from study.quiz.kinds import QuestionContent

NEW = "/study/pictures/new-"
"""What a picture is called before it is taken in; its checksum stands behind."""
_PLAYER = re.compile(rf'<audio [^<>]*src="{NEW}[^<>]*></audio> ')
NEW_ADDRESS = re.compile(rf"{NEW}([0-9a-f]{{64}})")
ELSEWHERE = _l("it lies elsewhere and is not fetched")
NO_PICTURE = _l("only pictures and recordings are taken in with questions")
_ABROAD = re.compile(r"/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
AT_ONCE = 500
PREVIEWED_MAX = 4 * 1024 * 1024
"""Bytes of the small pictures that a preview holds, since they can be had nowhere else yet."""


@dataclass(frozen=True, kw_only=True)
class FileFault:
    """A file that was not taken in, and the question that goes without it."""

    number: int
    line: int
    name: str
    error: str


@dataclass(frozen=True)
class Recording:
    """A recording, which is kept as it was sent."""

    media_type: str


@dataclass(kw_only=True)
class Pictures:
    """The pictures of a question file: which ones are good, and what is known of them in a course."""

    course_id: int | None
    files: Mapping[str, Enclosed] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    """Ids of pictures of the course, by the checksum of what was sent."""
    decoded: dict[str, Decoded | Recording | str] = field(default_factory=dict)
    """Pictures and recordings by checksum, or why they are none."""
    kept: dict[str, PreparedPicture] = field(default_factory=dict)
    """New pictures that are on the disk."""
    shown: dict[str, Attached] = field(default_factory=dict)
    """What the renderer needs, by address."""

    def address_of(self, address: str) -> str:
        """Return the address at which a page shows what a text of the file names.

        Raises:
            ItemFault: there is nothing to show; the message says why.
        """
        file = name_in(self.files, address)
        if file is None:
            return self._own(address)
        if file.fault:
            raise ItemFault(file.fault)
        ident = address.rsplit(":", 1)[-1]
        if ident in self.known:
            return self._own(urls.for_picture(self.known[ident]))
        found = self.decoded[ident] if ident in self.decoded else self._decode(ident, file)
        if isinstance(found, str):
            raise ItemFault(found)
        self.shown[NEW + ident] = _attached(file, found, NEW + ident)
        return NEW + ident

    def _decode(self, ident: str, file: Enclosed) -> Decoded | Recording | str:
        found: Decoded | Recording | str
        if is_picture(file.data[:16], file.name):
            try:
                found = made_safe(io.BytesIO(file.data))
            except Invalid as error:
                found = str(error)
        elif media_type := sound_type(io.BytesIO(file.data), file.name):
            found = Recording(media_type)
        else:
            found = str(NO_PICTURE)
        self.decoded[ident] = found
        return found

    def _own(self, address: str) -> str:
        """Return the address of a picture of this course that a text names by itself."""
        ids = named_in(address) if self.course_id is not None and urls.for_picture(0)[:-1] in address else []
        if len(ids) != 1 or urls.for_picture(ids[0]) != address:
            raise ItemFault(ELSEWHERE if _ABROAD.match(address) else NOT_THERE)
        if address not in self.shown:
            for row in list_known(ids, self.course_id):
                self.shown[address] = shown_as(row)
        if address not in self.shown:
            raise ItemFault(ELSEWHERE)
        return address

    def keep(self, contents: Iterable[QuestionContent]) -> None:
        """Put the new pictures of questions on the disk, before the transaction that keeps their rows.

        What is kept so and has no row in the end is swept up.
        """
        for ident in {ident: None for content in contents for ident in new_in(content)}:
            picture, file = self.decoded[ident], self.files[ident]
            if ident in self.kept:
                continue
            if isinstance(picture, Decoded):
                self.kept[ident] = keep_picture(picture, file.name)
            elif isinstance(picture, Recording):
                self.kept[ident] = kept_sound(file.data, file.name)

    def small_as_data(self, contents: Iterable[QuestionContent]) -> dict[str, str]:
        """Return the small forms of new pictures as addresses that hold them, as many as a page may have."""
        found: dict[str, str] = {}
        size = 0
        for content in contents:
            for ident in new_in(content):
                picture = self.decoded.get(ident)
                address = f"{NEW}{ident}/thumbnail"
                if isinstance(picture, Recording):
                    found[NEW + ident] = "#"
                if isinstance(picture, Decoded) and address not in found:
                    size += len(picture.thumbnail.content)
                    if size > PREVIEWED_MAX:
                        return found
                    packed = b64encode(picture.thumbnail.content).decode()
                    found[NEW + ident] = "#"
                    found[address] = f"data:{picture.thumbnail.media_type};base64,{packed}"
        return found


def look_at(files: Mapping[str, Enclosed], course_id: int | None) -> Pictures:
    """Return the pictures of a file, with what a course has of them already."""
    return Pictures(course_id=course_id, files=files, known=known_pictures(files, course_id))


def known_pictures(idents: Iterable[str], course_id: int | None) -> dict[str, int]:
    """Return the pictures of a course that came of these files, or are these very files, by their checksums."""
    wanted = sorted(idents)
    found: dict[str, int] = {}
    for start in range(0, len(wanted) if course_id is not None else 0, AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        rows = db.session.execute(
            select(Picture.id, Picture.source, File.sha256)
            .join(File, File.id == Picture.file_id)
            .where(Picture.course_id == course_id, Picture.source.in_(part) | File.sha256.in_(part))
            .order_by(Picture.id.desc())
        )
        for ident, source, sha256 in rows:
            found |= {name: ident for name in (source, sha256) if name in part}
    return found


class Teller:
    """Says what stands in the texts of one question for its pictures, and notes those that are not taken in."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures = pictures
        self.faults: dict[str, str] = {}

    def __call__(self, address: str, alt: str) -> str:
        """Return Markdown that shows a picture, or says in words what it would show."""
        words = tidy(alt)[:ALT_MAX]
        try:
            found = self.pictures.address_of(address)
        except ItemFault as error:
            file = name_in(self.pictures.files, address)
            name = file.name if file else address.rsplit("/", 1)[-1][:80]
            self.faults[name or "—"] = str(error)
            return in_words(name, words)
        return markdown_at(found, "", words, is_picture=True)


def new_in(content: QuestionContent) -> list[str]:
    """Return the checksums of the new pictures that a question shows, each once."""
    texts = (*content.asked_texts, *content.told_texts)
    found = (ident for text in texts if text for ident in NEW_ADDRESS.findall(text.all()))
    return list(dict.fromkeys(found))


def with_addresses(content: QuestionContent, addresses: Mapping[str, str]) -> QuestionContent:
    """Return a question, rendered or not, with other addresses in all its texts."""
    if not addresses:
        return content
    found = "|".join(re.escape(one) for one in sorted(addresses, key=len, reverse=True))
    pattern = re.compile(rf"(?:{found})(?!\w)")

    def put(faces: Faces) -> Faces:
        return Faces(*(pattern.sub(lambda found: addresses[found[0]], text) for text in (faces.zh, faces.en)))

    return content.mapped(put)


def without_players(content: QuestionContent) -> QuestionContent:
    """Return a question in which new recordings only have their names: they can be heard once they are kept."""
    return content.mapped(lambda faces: Faces(*(_PLAYER.sub("", text) for text in (faces.zh, faces.en))))


def _attached(file: Enclosed, picture: Decoded | Recording, address: str) -> Attached:
    if isinstance(picture, Recording):
        sound = SimpleNamespace(
            name=file.name, alt="", width=0, height=0, size=len(file.data), media_type=picture.media_type
        )
        return attached(sound, "", plays=True)
    small = picture.thumbnail
    what = SimpleNamespace(
        name=file.name,
        alt="",
        width=small.width,
        height=small.height,
        size=len(picture.full.content),
        media_type=picture.full.media_type,
    )
    return attached(what, f"{address}/thumbnail")
