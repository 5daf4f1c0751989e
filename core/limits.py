"""How often something may be done: counters in process, or in Redis where several machines serve one site."""

from dataclasses import dataclass
from typing import cast

from flask import current_app
from limits import RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most ``amount`` times within ``seconds``, counted per key."""

    name: str
    amount: int
    seconds: int

    @property
    def minutes(self) -> int:
        """The window in whole minutes: for telling people how long to wait."""
        return -(-self.seconds // 60)


def count(limit: Limit, key: object) -> bool:
    """Count one more for the key and tell whether it was still allowed."""
    return _limiter().hit(_item(limit), limit.name, str(key))


def is_open(limit: Limit, key: object) -> bool:
    """Tell whether one more would be allowed, without counting it."""
    return _limiter().test(_item(limit), limit.name, str(key))


def forget(limit: Limit, key: object) -> None:
    """Begin to count from nothing for the key."""
    _limiter().clear(_item(limit), limit.name, str(key))


def forget_all() -> None:
    """Begin to count from nothing for every key."""
    _limiter().storage.reset()


def _item(limit: Limit) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit.amount, limit.seconds, namespace="xuetan")


def _limiter() -> MovingWindowRateLimiter:
    extensions = current_app.extensions
    if "xuetan_limits" not in extensions:
        storage = storage_from_string(current_app.config["RATELIMIT_STORAGE_URI"])
        extensions["xuetan_limits"] = MovingWindowRateLimiter(storage)
    return cast(MovingWindowRateLimiter, extensions["xuetan_limits"])
