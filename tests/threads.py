"""Work that several threads begin at the same moment, on a real database."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from core.db import db
from core.errors import Conflict


def at_once(site, works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run works in threads of their own; return what they return, of one that is refused by a conflict its name.

    Raises:
        ExceptionGroup: some of them failed otherwise.
    """
    barrier, found, faults = threading.Barrier(len(works)), [], []

    def run(work: Callable[[], Any]) -> None:
        with site.app_context():
            try:
                barrier.wait(30)
                found.append(work())
            except Conflict as error:
                found.append(type(error).__name__)
            except Exception as fault:
                # It would end here, in a thread, unseen by the test.
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise ExceptionGroup("Works that ran at once failed.", faults)
    return found
