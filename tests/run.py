"""What ``make test`` runs: the whole suite on SQLite, browser included, then all that touches a database on PostgreSQL.

Chromium and PostgreSQL come from Debian. They are installed when this may be done (root and apt-get); otherwise the
tests that need them are left out, which is said, and is a failure with ``CI=true``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.databases import PostgresMissing, binaries

ROOT = Path(__file__).parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def has_chromium() -> bool:
    """Tell whether a browser for the tests is there."""
    return any(shutil.which(name) for name in CHROMIUM)


def has_postgres() -> bool:
    """Tell whether PostgreSQL's server binaries are there."""
    try:
        return bool(binaries())
    except PostgresMissing:
        return False


def has_scripts() -> bool:
    """Tell whether the scripts were built."""
    return (ROOT / "static" / "dist" / "manifest.json").exists()


def install_missing() -> None:
    """Install Debian's packages where that is possible."""
    wanted = [] if has_chromium() else ["chromium", "fonts-noto-cjk"]
    wanted += [] if has_postgres() else ["postgresql"]
    if not wanted or os.getuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(wanted)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted],
    ):
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)


def run_suite(database: str, *arguments: str) -> int:
    """Run pytest on both cores with one database and return its exit status."""
    print(f"\n== {database} ==", flush=True)
    environment = {**os.environ, "XUETAN_TEST_DATABASE": database}
    # Our own order: xdist would begin with the files of most tests and end with the few slow ones of the browser.
    spread = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *spread, "-q", *arguments]
    return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode


def main() -> int:
    """Run everything that can be run and tell what could not."""
    install_missing()
    left_out = []
    marks = "not postgresql"
    if not has_chromium():
        left_out.append("the browser tests (install Debian's package chromium)")
        marks += " and not browser"
    if not has_scripts():
        left_out.append("the tests of scripts (needs Node 18 or newer and npm, or the registry of Python packages)")
        marks += " and not scripts"
    status = run_suite("sqlite", "-m", marks)
    if has_postgres():
        status = max(status, run_suite("postgresql", "-m", "not browser and not scripts and not no_database"))
    else:
        left_out.append("the suite on PostgreSQL (install Debian's package postgresql)")
    for words in left_out:
        print(f"Left out: {words}")
    if left_out and os.environ.get("CI") == "true":
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
