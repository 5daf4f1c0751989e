"""Commands as they are called: in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_command_shows_its_help_before_the_site_is_made(tmp_path):
    environment = {**os.environ, "XUETAN_DATA": str(tmp_path)}
    environment.pop("XUETAN_TEST_DATABASE", None)
    done = subprocess.run(
        [sys.executable, "-m", "app", "forum", "--help"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "recount" in done.stdout
