"""Passwords: what may be one, and how they are kept.

Hashing costs some 50 ms on purpose, so it is done outside transactions: nobody waits for a lock meanwhile.
"""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts import common_passwords, errors

LENGTH_MIN = 10
LENGTH_MAX = 1024

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id with 19 MiB, the least that the usual advice allows, so that a small machine stands many at once."""


def weaken_for_tests() -> None:
    """Make hashing cheap: a suite signs in thousands of times."""
    global _hasher  # noqa: PLW0603 -- one hasher for the process, exchanged once before the first test
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _dummy.cache_clear()


def hash_password(password: str) -> str:
    """Return the argon2id hash to store; the password itself is used as typed, every character of it."""
    return _hasher.hash(_bytes(password))


def is_right(password: str, stored: str | None) -> bool:
    """Tell whether a password fits the stored hash; takes as long where nothing is stored.

    So an answer to a sign-in does not tell whether there is such an account.
    """
    try:
        fits = _hasher.verify(stored or _dummy(), _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


def check_new(password: str, *known: str) -> None:
    """Refuse a new password that is too short, too long, or among the first that anybody would try.

    There are no rules about kinds of characters: a sentence is welcome.

    Args:
        password: as typed.
        known: names and addresses of the person; a password made of one of them is refused.

    Raises:
        PasswordTooShort, PasswordTooLong, PasswordCommon: what is wrong with it.
    """
    if len(password) < LENGTH_MIN:
        raise errors.PasswordTooShort(needed=LENGTH_MIN, has=len(password))
    if len(password) > LENGTH_MAX:
        raise errors.PasswordTooLong(allowed=LENGTH_MAX)
    if common_passwords.is_common(password, *known):
        raise errors.PasswordCommon


def _bytes(password: str) -> bytes:
    # A lone surrogate can be sent by a broken client; it must fail as a wrong password, not as an error.
    return password.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _dummy() -> str:
    return _hasher.hash(b"nobody has this password")
