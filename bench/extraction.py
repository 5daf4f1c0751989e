"""``python -m bench extraction --materials FOLDER``: time and memory of reading each kind of file."""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from core.media_types import BY_ENDING
from study.extraction import IN_CHILD
from study.extraction.runner import MEMORY_BYTES, ROOT

Reading = tuple[float, float, int, bool]
"""Seconds, peak MiB of the child, characters, whether it was refused."""


def run(folder: Path) -> None:
    """Read every document below a folder, each in a child process as the worker does, and print what it took."""
    found: dict[str, list[Reading]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        kind = BY_ENDING.get(path.suffix.lower(), "")
        if path.is_file() and kind in IN_CHILD:
            found[path.suffix.lower()].append(_read(path, kind))
    head = f"\n{'text of':10} {'files':>6} {'refused':>8} {'characters':>11}"
    print(f"{head} {'s in all':>9} {'slowest':>8} {'peak MiB':>9}")
    for ending, readings in sorted(found.items()):
        seconds, memory, characters, refused = zip(*readings, strict=True)
        print(
            f"{ending:10} {len(readings):6} {sum(refused):8} {sum(characters):11,} {sum(seconds):9.1f}"
            f" {max(seconds):8.2f} {max(memory):9.0f}"
        )


def _read(path: Path, media_type: str) -> Reading:
    command = [sys.executable, "-m", "study.extraction", "read", str(path), media_type, str(MEMORY_BYTES)]
    begun = time.monotonic()
    child = subprocess.Popen(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    answer = child.stdout.read() if child.stdout else b""
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)  # It was waited for here, for its memory.
    pages = json.loads(answer).get("pages") if child.returncode == 0 else None
    return time.monotonic() - begun, used.ru_maxrss / 1024, sum(map(len, pages or ())), pages is None
