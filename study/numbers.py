"""Numbers of certificates: not to be guessed, easy to read aloud, with a check character that catches slips.

Fifteen signs are drawn by lot from thirty-one that nobody confuses (no 0 O 1 I L); the sixteenth is their sum, each
weighted by its place, modulo the prime 31. So one wrong sign, or two exchanged, never make another valid number.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DRAWN = 15
GROUP = 4


def new_number() -> str:
    """Draw a number, as it is stored and printed: ``7K2M-9QF4-W3PC-X8RD``."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(DRAWN))
    return grouped(drawn + _check(drawn))


def new_key() -> str:
    """Draw the name under which a course's certificate is known outside."""
    return secrets.token_urlsafe(12)


def grouped(signs: str) -> str:
    """Return sixteen signs in groups of four."""
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def read_number(typed: str) -> str | None:
    """Return the number that somebody typed, in its printed form, or None when there is a slip in it."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(signs) != DRAWN + 1 or any(sign not in ALPHABET for sign in signs):
        return None
    return grouped(signs) if _check(signs[:DRAWN]) == signs[DRAWN] else None


def _check(drawn: str) -> str:
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(drawn, start=1))
    return ALPHABET[total % len(ALPHABET)]
