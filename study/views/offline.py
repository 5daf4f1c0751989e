"""Taking a course along: what there is to take, and the files."""

import tempfile
from collections.abc import Callable
from functools import partial
from typing import IO

from flask import current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from core.db import db
from core.errors import TooMany
from core.limits import Limit, count
from core.media_types import EPUB
from study import urls
from study.offline.epub import write_epub
from study.offline.parcel import Parcel, pack, size_words
from study.offline.website import write_website
from study.queries.courses import get_course
from study.queries.outlines import outline_of
from study.views import bp

PARCELS = Limit(name="study.parcels", amount=12, seconds=3600)
IN_MEMORY = 2**20


def _parcel(slug: str) -> Parcel:
    reader = current_actor()
    course = get_course(slug, reader)
    return pack(course, outline_of(course, reader))


@bp.get("/courses/<slug>/offline")
def offer_parcels(slug: str) -> ResponseReturnValue:
    """Offer a course for taking along."""
    parcel = _parcel(slug)
    return render_template("study/offline.html", urls=urls, course=parcel.course, parcel=parcel, size_words=size_words)


@bp.get("/courses/<slug>/offline.zip")
def send_website(slug: str) -> ResponseReturnValue:
    """Send a course as a ZIP of HTML that opens from a file manager; with ``?files=1`` its documents too."""
    parcel = _counted(slug)
    write = partial(write_website, parcel=parcel, with_files=request.args.get("files") == "1")
    return _send(write, f"{slug}.zip", "application/zip")


@bp.get("/courses/<slug>/offline.epub")
def send_epub(slug: str) -> ResponseReturnValue:
    """Send a course as a book for reading programs."""
    return _send(partial(write_epub, parcel=_counted(slug)), f"{slug}.epub", EPUB)


def _counted(slug: str) -> Parcel:
    parcel = _parcel(slug)
    if not count(PARCELS, current_actor().id or request.remote_addr or ""):
        raise TooMany
    return parcel


def _send(write: Callable[[IO[bytes]], None], name: str, media_type: str) -> ResponseReturnValue:
    """Write into a file on disk beside the data, let the database go, and send it; it is gone when it is closed."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=current_app.config["DATA"])  # noqa: SIM115 -- below
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    db.session.rollback()
    file.seek(0)
    answer = send_file(file, mimetype=media_type, as_attachment=True, download_name=name)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.call_on_close(file.close)
    return answer
