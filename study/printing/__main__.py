"""The child process: reads what a sheet says as JSON and writes the PDF.

``python -m study.printing < sheet.json > certificate.pdf``
"""

import json
import resource
import sys

from study.printing.sheet import Sheet, draw

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 30


def main() -> None:
    """Draw one sheet."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    sheet = Sheet(**json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(draw(sheet))


main()
