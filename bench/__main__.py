"""``make bench`` runs all, ``python -m bench forum``, ``study`` or another of its parts one.

The forum is measured on sites made for it, a million posts in the big one: some minutes, some gigabytes, in a temporary
folder. With ``--data`` they are kept there, and built once only.
"""

import argparse
import sys
import tempfile
from pathlib import Path

PARTS = ("pages", "forum", "study", "extraction", "quiz", "keys", "search")
POSTS = 1_000_000
LEARNERS = 2_500
TURNS = 40


def main() -> int:
    """Run the parts that are asked for; 1 where a limit was missed."""
    asked = argparse.ArgumentParser(prog="python -m bench", description="Measure the application.")
    asked.add_argument("part", nargs="*", choices=(*PARTS, []), help="what to measure; without it, everything")
    asked.add_argument("--posts", type=int, default=POSTS, help="posts of the big forum (default: %(default)s)")
    asked.add_argument("--learners", type=int, default=LEARNERS, help="whose progress to derive (default: %(default)s)")
    asked.add_argument("--turns", type=int, default=TURNS, help="repetitions of a comparison (default: %(default)s)")
    asked.add_argument("--takers", type=int, default=500, help="who write a paper at once (default: %(default)s)")
    asked.add_argument("--think", type=float, default=60, help="seconds of thought a question (default: %(default)s)")
    asked.add_argument("--database", default="", help="address of an empty database for the papers; else SQLite")
    asked.add_argument("--materials", type=Path, help="folder with documents whose text is read")
    asked.add_argument("--relevance", type=Path, help="folder of sets with judged answers to search in")
    asked.add_argument("--texts", type=Path, help="folder of texts to search in")
    asked.add_argument("--most", type=int, default=106_181, help="of them at most so many (default: %(default)s)")
    asked.add_argument("--data", type=Path, help="folder that keeps the forums for the next run")
    options = asked.parse_args()
    parts = options.part or PARTS
    if "pages" in parts:
        from bench import pages  # noqa: PLC0415 -- each part loads what it needs and no more

        pages.run()
    if "extraction" in parts:
        _extraction(options.materials)
    acts = (("study", _study), ("forum", _forum), ("quiz", _quiz), ("keys", _keys), ("search", _search))
    return max([act(options) for part, act in acts if part in parts], default=0)


def _quiz(options: argparse.Namespace) -> int:
    from bench import quiz  # noqa: PLC0415 -- as above

    return 0 if quiz.run(takers=options.takers, think=options.think, database=options.database) else 1


def _keys(_options: argparse.Namespace) -> int:
    from bench import keys  # noqa: PLC0415 -- as above

    with tempfile.TemporaryDirectory() as name:
        return 0 if keys.run(Path(name)) else 1


def _extraction(folder: Path | None) -> None:
    from bench import extraction  # noqa: PLC0415 -- as above

    if folder is None:
        print("Left out: the text of documents (name a folder of them with --materials)")
    else:
        extraction.run(folder)


def _search(options: argparse.Namespace) -> int:
    from bench import search, searches  # noqa: PLC0415 -- as above

    kept = True
    if options.relevance is None:
        print("Left out: how good searching is (name a folder of sets with --relevance)")
    else:
        kept = search.run(options.relevance)
    if options.texts is None:
        print("Left out: how long a search takes among many texts (name a folder of them with --texts)")
    else:
        kept = searches.run(options.texts, most=options.most) and kept
    return 0 if kept else 1


def _study(options: argparse.Namespace) -> int:
    from bench import reports, study  # noqa: PLC0415 -- as above

    with tempfile.TemporaryDirectory() as name:
        kept = study.run(Path(name), members=options.learners)
    with tempfile.TemporaryDirectory() as name:
        kept = reports.run(Path(name)) and kept
    return 0 if kept else 1


def _forum(options: argparse.Namespace) -> int:
    from bench import forum  # noqa: PLC0415 -- as above

    with tempfile.TemporaryDirectory() as name:
        kept = forum.run(options.data or Path(name), posts=options.posts, turns=options.turns)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
