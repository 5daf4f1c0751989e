"""What a web worker loads before the first request: every process keeps it in memory for good."""

import os
import subprocess
import sys

from tests.conftest import ROOT

HEAVY = ("cryptography", "docx", "fontTools", "fpdf", "joserfc", "lxml", "openpyxl", "pypdfium2")
LOADED = f"""
import sys
from app import create_app
from app.config import Config
create_app(Config.from_env())
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def test_what_only_few_requests_need_is_not_loaded_at_the_start(tmp_path):
    """Each of these costs 3 to 60 MB; import it inside the function that needs it."""
    env = {"PATH": os.environ["PATH"], "XUETAN_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
