"""The child process: reads what a sheet says as JSON and writes the PDF.

``python -m study.printing certificate < sheet.json > certificate.pdf``, and the same with ``paper``.
"""

import json
import resource
import sys

from study.printing import paper, sheet

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 30


def main() -> None:
    """Draw one file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    told = json.loads(sys.stdin.buffer.read())
    made = paper.draw(paper.Paper(**told)) if sys.argv[1] == "paper" else sheet.draw(sheet.Sheet(**told))
    sys.stdout.buffer.write(made)


main()
