"""Pure rules: names, passwords, links to follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import errors, names, passwords
from accounts.common_passwords import _COMMON, is_common

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    "name", ["张三", "liwen", "Li.Wen-2", "O_o", "ñandú", "Пётр", "山田太郎", "아무개", "3d", "x" * 32]
)
def test_names_of_all_scripts_are_taken(name):
    assert names.free_username(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "a", "x" * 33, "a b", "a@b", "a/b", "a\u200bb", "a\u202eb", "\u3164\u3164", "a\u0000b", "ab\n", "..", "_a",
     "a-", "рaypal", "a\u034fb", "😀😀", "a#b", "\ud800\ud800", "a\u2028b", "\u115f\u1160"],
)  # fmt: skip
def test_names_that_deceive_are_refused(name):
    if name == "ab\n":
        assert names.free_username(name) == "ab"
        return
    with pytest.raises(errors.UsernameInvalid):
        names.free_username(name)


@pytest.mark.parametrize("name", ["admin", "ADMIN", "ａｄｍｉｎ", "管理员", "Root"])
def test_official_names_are_kept_back(name):
    with pytest.raises(errors.UsernameReserved):
        names.free_username(name)
    assert names.username(name)


@pytest.mark.parametrize(("one", "other"), [("Straße", "STRASSE"), ("ﬁx", "FIX"), ("Ａ１", "a1"), ("İx", "i̇x")])
def test_same_names_have_one_key(one, other):
    assert names.key_of(one) == names.key_of(other)


@given(st.text(max_size=60))
def test_key_of_a_key_is_the_key(text):
    assert names.key_of(names.key_of(text)) == names.key_of(text)


@given(st.text(max_size=200))
def test_display_names_have_no_invisible_signs(text):
    try:
        name = names.display_name(text)
    except (errors.NameMissing, errors.NameTooLong):
        return
    assert name
    assert len(name) <= 64
    assert name == " ".join(name.split())
    assert not set("\r\n\t\u202e\u200b\u2066\u0000\u2028") & set(name)
    assert names.display_name(name) == name


def test_stored_key_fits_its_column():
    # Of all characters U+FDFA grows most under NFKC; the name is normalised before it is measured.
    with pytest.raises(errors.UsernameInvalid):
        names.username("\ufdfa" * 32)
    assert len(names.key_of("ΐ" * 32)) <= 96


@pytest.mark.parametrize("address", ["a@b", "a b@example.org", "a@example.org\nx", "@example.org", "", "a@b@c.org"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(errors.EmailInvalid):
        names.email(address)


@pytest.mark.parametrize("password", ["梅花三弄床前明月光啊啊", "correct donkey battery", "x" * 1024, "密" * 63 + "码"])
def test_long_sentences_are_welcome(password):
    passwords.check_new(password)


@pytest.mark.parametrize(
    "password",
    ["password123", "Password123", "P@ssw0rd123", "1234567890", "0987654321", "qwertyuiop", "aaaaaaaaaa", "ababababab",
     "abcabcabcabc", "woaini1314520", "iloveyou123", "xuetan2026", "admin123456", "我爱你我爱你我爱你我爱你",
     "1q2w3e4r5t", "letmein12345", "zhangsan2026", "zhangsan@example.org", "ｐａｓｓｗｏｒｄ１２３", "pass word 123"],
)  # fmt: skip
def test_what_anybody_would_try_is_common(password):
    assert is_common(password, "zhangsan", "zhangsan@example.org")


def test_list_is_long_enough():
    assert sum(len(word) >= 10 for word in _COMMON) > 1000


def test_hash_knows_every_character():
    stored = passwords.hash_password("x" * 100 + "a")

    assert stored.startswith("$argon2id$")
    assert passwords.is_right("x" * 100 + "a", stored)
    assert not passwords.is_right("x" * 100 + "b", stored)
    assert not passwords.is_right("X" * 100 + "a", stored)


def test_nobody_has_the_password_of_the_dummy():
    assert not passwords.is_right("nobody has this password", None)
    assert not passwords.is_right("anything", "no hash at all")
    assert not passwords.is_right("\ud800", None)
