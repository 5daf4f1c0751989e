"""The child process: sets its own limits, then reads one file and prints what it found as JSON.

``python -m study.extraction check|words|read PATH MEDIA_TYPE BYTES_OF_MEMORY``; ``words`` leaves the shape out.
"""

import base64
import json
import resource
import sys
from pathlib import Path
from typing import Any

CPU_SECONDS = {"check": 10, "words": 60, "read": 100}


def limit(mode: str, memory: int) -> None:
    """Bound memory, processor time and files of this process."""
    seconds = CPU_SECONDS[mode]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(mode: str, path: Path, media_type: str) -> dict[str, object]:
    """Return what goes to the parent: pages and title, or a fault."""
    # Imported after the limits hold.
    from study.enums import ExtractionFault  # noqa: PLC0415 -- as said
    from study.extraction import Unreadable, enrich, extract  # noqa: PLC0415 -- as said
    from study.extraction.checks import check  # noqa: PLC0415 -- as said

    try:
        if mode == "check":
            check(path, media_type)
            return {}
        found = extract(path, media_type)
        rich = enrich(path, media_type) if mode == "read" else None
    except Unreadable as error:
        return {"fault": error.fault.value}
    except (MemoryError, RecursionError):
        return {"fault": ExtractionFault.TOO_MUCH_MEMORY.value}
    said: dict[str, object] = {
        "pages": found.pages,
        "title": found.title,
        "cues": found.cues,
        "length_ms": found.length_ms,
    }
    if rich is not None:
        said["rich"] = {
            "parts": rich.parts,
            "contents": rich.contents,
            "pictures": [packed(one) for one in rich.pictures],
        }
    return said


def packed(shot: Any) -> list[str]:
    """Return a picture as JSON can carry it."""
    content, small = (base64.b64encode(one).decode("ascii") for one in (shot.content, shot.small))
    return [content, shot.media_type, small, shot.small_type]


def main() -> None:
    """Read the file named on the command line."""
    mode, path, media_type, memory = sys.argv[1:]
    limit(mode, int(memory))
    sys.stdout.write(json.dumps(answer(mode, Path(path), media_type)))


main()
