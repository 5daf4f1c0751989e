"""``python -m app`` is ``xuetan``."""

from app.cli import main

main()
