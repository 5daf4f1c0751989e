"""Names of people: which are allowed, and when two are the same.

A username is what others see behind ``@`` and in addresses, so it holds only characters that look like themselves: no
direction marks, nothing of zero width, no mixture of look-alike alphabets. Two usernames are the same when their keys
(NFKC, then case-folded) are.
"""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from accounts import errors

USERNAME_MIN = 2
USERNAME_MAX = 32
DISPLAY_NAME_MAX = 64
EMAIL_MAX = 254

_RESERVED_TEXT = """
admin administrator root system moderator officer staff support help nobody anonymous guest
everyone all here me you deleted deleted-member null none undefined xuetan webmaster postmaster
security abuse noreply no-reply 管理员 系统 版主 客服 官方 全体 所有人 匿名 已注销 学坛
"""
_RESERVED = frozenset(_RESERVED_TEXT.split())
_ALPHABETS_THAT_LOOK_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
# Of no width although Unicode files them under letters and marks; those filed as format signs go by category.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0]")


def key_of(name: str) -> str:
    """Return what two spellings of one username, or of one address, have in common."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    # Folding can undo the normal form, so it is made again: the key of a key is the key.
    return unicodedata.normalize("NFKC", folded).casefold()


def username(text: str) -> str:
    """Return a username in its stored form.

    Raises:
        UsernameInvalid: length or characters are not allowed.
    """
    name = unicodedata.normalize("NFKC", text[: USERNAME_MAX * 4].strip())
    if not USERNAME_MIN <= len(name) <= USERNAME_MAX or not all(_is_allowed(sign) for sign in name):
        raise errors.UsernameInvalid(least=USERNAME_MIN, most=USERNAME_MAX)
    if not (name[0].isalnum() and name[-1].isalnum()) or _mixes_alphabets(name) or _INVISIBLE.search(name):
        raise errors.UsernameInvalid(least=USERNAME_MIN, most=USERNAME_MAX)
    return name


def free_username(text: str) -> str:
    """Return a username that people may choose for themselves.

    Raises:
        UsernameInvalid: length or characters are not allowed.
        UsernameReserved: the name would pass for somebody official.
    """
    name = username(text)
    if key_of(name) in _RESERVED:
        raise errors.UsernameReserved
    return name


def display_name(text: str) -> str:
    """Return a display name on one line, without control characters, direction marks and signs of no width.

    Raises:
        NameMissing: nothing is left.
        NameTooLong: more than 64 characters.
    """
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text[: DISPLAY_NAME_MAX * 8]))
    shown = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Zs"} else sign for sign in visible)
    shown = "".join(sign for sign in shown if unicodedata.category(sign) not in {"Cf", "Cs", "Co", "Cn"})
    name = " ".join(shown.split())
    if not any(sign.isalnum() for sign in name):
        raise errors.NameMissing
    if len(name) > DISPLAY_NAME_MAX or len(text) > DISPLAY_NAME_MAX * 8:
        raise errors.NameTooLong(allowed=DISPLAY_NAME_MAX)
    return name


def email(text: str) -> str:
    """Return an e-mail address in its stored form; whether it exists is for the confirming mail to find out.

    Raises:
        EmailInvalid: this is not an address.
    """
    if len(text) > EMAIL_MAX:
        raise errors.EmailInvalid
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as fault:
        raise errors.EmailInvalid from fault
    return str(found.normalized)


def _is_allowed(sign: str) -> bool:
    return sign in "._-" or unicodedata.category(sign) in {"Ll", "Lu", "Lt", "Lo", "Lm", "Nd", "Mn", "Mc"}


def _mixes_alphabets(name: str) -> bool:
    alphabets = {unicodedata.name(sign, "").split(" ", 1)[0] for sign in name if sign.isalpha()}
    return len(alphabets.intersection(_ALPHABETS_THAT_LOOK_ALIKE)) > 1
