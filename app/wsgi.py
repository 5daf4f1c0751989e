"""What a web server loads."""

import gc
import logging
import sys

from app import create_app

logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)

application = create_app(migrations=False)

# What was made so far lives as long as the process: the collector need not look through it again and again.
gc.collect()
gc.freeze()
gc.set_threshold(10_000)
