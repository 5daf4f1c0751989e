"""How long something works, asked so that a busy machine does not answer for it."""

import time
from collections.abc import Callable


def works_within(seconds: float, act: Callable[[], object]) -> bool:
    """Tell whether ``act`` needs less than this much time of the processor in one of three tries."""
    return any(_work(act) < seconds for _try in range(3))


def _work(act: Callable[[], object]) -> float:
    start = time.thread_time()
    act()
    return time.thread_time() - start
