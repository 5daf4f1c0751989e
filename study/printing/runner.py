"""Has a child process draw what is printed; writes down what a certificate says in its languages."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.addresses import absolute
from core.errors import DomainError
from core.faces import Faces
from core.i18n import _, _l, in_language
from study import urls
from study.certificate_wording import hours_words, long_day
from study.models import Certificate

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60


class NotPrinted(DomainError):
    """The sheet could not be drawn in time."""

    status = 503
    message = _l("The file could not be printed just now. Please try again in a moment.")


def print_certificate(certificate: Certificate) -> bytes:
    """Return a certificate as PDF. Takes a second or two: never call it inside a transaction.

    Raises:
        NotPrinted: it took too long or failed.
    """
    return drawn("certificate", sheet_of(certificate))


def drawn(what: str, told: Mapping[str, Any]) -> bytes:
    """Return a PDF that says what it is told: a ``certificate`` or a ``paper``. Never call it inside a transaction.

    Raises:
        NotPrinted: it took too long or failed.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- this interpreter, and a word of ours
            [sys.executable, "-m", "study.printing", what],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise NotPrinted from error
    return done.stdout


def sheet_of(certificate: Certificate) -> dict[str, Any]:
    """Return what the sheet says, as ``study.printing.sheet.Sheet`` takes it.

    The certificate speaks the languages of its heading.
    """
    speaks = certificate.title
    address = absolute(urls.for_certificate(certificate.number))
    notes = [(_l("Issued on"), certificate.issued_at), (_l("Valid until"), certificate.expires_at)]
    return {
        "language": speaks.language("zh-Hans"),
        "issuer": _faces(certificate.branch_name, speaks),
        "heading": (speaks.zh, speaks.en),
        "certify": _in_each(speaks, lambda: _("This certifies that")),
        "name": certificate.holder_name,
        "completed": _in_each(speaks, lambda: _("has completed the course")),
        "course": _titled(_faces(certificate.course_title, speaks)),
        "hours": _in_each(speaks, lambda: hours_words(certificate.hours_tenths)),
        "notes": [_note(speaks, label, moment) for label, moment in notes if moment],
        "number": certificate.number,
        "check_words": f"{urlsplit(address).netloc}{urls.CERTIFICATES}",
        "check_url": address,
        "made_at": certificate.issued_at.isoformat(),
    }


def _note(speaks: Faces, label: Any, moment: datetime) -> tuple[str, str]:
    words = (_in_each(speaks, lambda: str(label)), _in_each(speaks, lambda: long_day(moment)))
    return " ".join(filter(None, words[0])), " · ".join(filter(None, words[1]))


def _in_each(speaks: Faces, say: Callable[[], str]) -> tuple[str, str]:
    """Return what is said in each of the languages that the certificate speaks."""
    said = []
    for language, wanted in (("zh-Hans", speaks.zh), ("en", speaks.en)):
        with in_language(language):
            said.append(say() if wanted else "")
    return said[0], said[1]


def _faces(faces: Faces, speaks: Faces) -> tuple[str, str]:
    """Return the faces in the languages of the certificate; one it has in no other language stands as it is."""
    chosen = (faces.zh if speaks.zh else "", faces.en if speaks.en else "")
    return chosen if any(chosen) else (faces.zh, faces.en)


def _titled(faces: tuple[str, str]) -> tuple[str, str]:
    return (f"《{faces[0]}》" if faces[0] else "", faces[1])
