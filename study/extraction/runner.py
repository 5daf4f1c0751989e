"""Runs extraction in a child process, so that a hostile file can hurt nothing but its own reading."""

import base64
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from study.enums import ExtractionFault
from study.extraction import RICH
from study.extraction.parts import Cue, Entry, Extracted, Rich, Shot, Unreadable

ROOT = Path(__file__).resolve().parents[2]
MEMORY_BYTES = 1024 * 1024 * 1024
WALL_SECONDS = {"check": 20, "words": 120, "read": 200}


class _Overcome(Unreadable):
    """The child came to its limits, or died: there is no answer about the file itself."""


def read(path: Path, media_type: str) -> Extracted:
    """Return the text of a file, read in a child process.

    Raises:
        Unreadable: with the reason as a code.
    """
    try:
        found = _run("read", path, media_type)
    except _Overcome:
        if media_type not in RICH:
            raise
        # What is too much with pictures may do without. A child that answered said all there is to say.
        found = _run("words", path, media_type)
    return Extracted(
        tuple(found["pages"]),
        found["title"],
        cues=tuple(Cue(*cue) for cue in found["cues"]),
        length_ms=found["length_ms"],
        rich=_rich(found["rich"]) if "rich" in found else None,
    )


def _rich(said: dict[str, Any]) -> Rich:
    return Rich(
        tuple(said["parts"]),
        tuple(Entry(*entry) for entry in said["contents"]),
        tuple(
            Shot(base64.b64decode(content), kind, base64.b64decode(small), small_kind)
            for content, kind, small, small_kind in said["pictures"]
        ),
    )


def check(path: Path, media_type: str) -> None:
    """Open a file in a child process without reading all of it.

    Raises:
        Unreadable: with the reason as a code.
    """
    _run("check", path, media_type)


def _run(mode: str, path: Path, media_type: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "study.extraction", mode, str(path), media_type, str(MEMORY_BYTES)]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module with a path we made
            command,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS[mode],
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _Overcome(ExtractionFault.TOO_LONG) from error
    return _answer(done)


def _answer(done: "subprocess.CompletedProcess[bytes]") -> dict[str, Any]:
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _Overcome(ExtractionFault.TOO_LONG)
    if done.returncode != 0:
        out_of_memory = b"MemoryError" in done.stderr or b"bad_alloc" in done.stderr
        raise _Overcome(ExtractionFault.TOO_MUCH_MEMORY if out_of_memory else ExtractionFault.BROKEN)
    found: dict[str, Any] = json.loads(done.stdout)
    if "fault" in found:
        fault = ExtractionFault(found["fault"])
        raise _Overcome(fault) if fault is ExtractionFault.TOO_MUCH_MEMORY else Unreadable(fault)
    return found
