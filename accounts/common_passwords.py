"""The passwords everybody would try first. Written for this project; only those of ten characters or more matter."""

import unicodedata

_WORDS_TEXT = """
password passwort passcode qwerty qwertz azerty asdfgh asdfghjkl zxcvbn zxcvbnm letmein welcome
iloveyou iloveu sunshine princess dragon monkey football baseball superman batman master shadow
michael admin administrator root toor guest test tester testing login user username secret changeme
default computer internet server manager hello helloworld freedom whatever trustno starwars pokemon
summer winter spring autumn monday january study forum xuetan member branch officer woaini
woaiwojia wobuzhidao nihao zhongguo beijing shanghai mima woshishui aini xuexi xiaoming wangwei
zhangwei lilei hanmeimei tongzhi dangyuan zhibu 学坛 密码 我的密码 我爱你 我爱中国 你好 中国 学习 支部
测试 管理员
"""
_WORDS = _WORDS_TEXT.split()

_TAILS_TEXT = """
0 1 2 7 8 9 00 01 07 10 11 12 21 22 23 66 69 77 88 99 000 100 111 123 321 456 520 666 777 888 999
1111 1234 1314 4321 5201314 2020 2021 2022 2023 2024 2025 2026 2027 8888 6666 12345 54321 123456
654321 1234567 12345678 123456789 1234567890 ! !! !!! . ? @ # * 1! 12! 123! 1234! 123. 1234. abc
abc123 qwe qwe123 me you
"""
_TAILS = _TAILS_TEXT.split()

_ALONE_TEXT = """
1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qaz2wsx3edc4rfv qazwsxedcrfv qazwsxedc123 q1w2e3r4t5
q1w2e3r4t5y6 zaq12wsxcde3 zaq1xsw2cde3 asdfghjkl123 asdfghjkl; qwertyuiop qwertyuiop123
qwertyuiop[] poiuytrewq lkjhgfdsa1 mnbvcxz123 zxcvbnm123 zxcvbnm,./ abcd123456 abc1234567
abcde12345 a123456789 aa123456789 a1234567890 qq123456789 q123456789 z123456789 w123456789
123456789a 123456789q 123456789z 123456abcdef 123qweasdzxc 123qweasd1 qwe123asd456 qweasdzxc123
1234qwerasdf 1234567qwe 5201314520 1314520520 5201314aini woaini520 woaini5201314 woaini1314
woaini1314520 woaini521 5845201314 1357924680 2468013579 1234554321 1122334455 5544332211 1212121212 1231231231
12312312312 1010101010 0123456789012 147258369 1472583690 9876543210 0987654321 7894561230
7418529630 3141592653 3.14159265 31415926535 2718281828 passw0rd12 password12 password1234
p@ssw0rd123 p@ssword123 pass1234567 mypassword mypassword1 yourpassword thepassword nopassword
newpassword oldpassword passwordpassword passwordless letmein123 letmeinnow letmeinplease
iloveyou12 iloveyou123 iloveyousomuch iloveyouforever ilovechina iloveyou520 welcome123
welcome2xuetan administrator administrator1 adminadmin adminadmin1 admin12345 admin123456
rootroot12 changeme123 changemenow pleasechange correcthorsebatterystaple correct horse battery
staple onetwothree fourfivesix abcdefghij abcdefghijk abcdefghijkl abcdefghijklmnopqrstuvwxyz
zyxwvutsrq thisismypassword thisisapassword donotforget dontforget idontknow woshizhongguoren
zhongguo123 zhonghuarenmingongheguo zhonghua123 beijing2008 beijing2022 wobuzhidao1 wobuzhidao
woaizhongguo woaibeijing woaixuexi nihaoma123 mimamima123 wodemima123 wodemima1234 haohaoxuexi
tiantianxiangshang haohaoxuexitiantianxiangshang 好好学习天天向上 我爱你中国一生一世
床前明月光疑是地上霜 春眠不觉晓处处闻啼鸟 我的密码就是密码
"""
_ALONE = frozenset(_ALONE_TEXT.split())

_LEET = str.maketrans("@013457$!", "aoleast" + "si")
LONG = 24
"""From here on even a repetition is more than anybody would try."""

_ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")

_COMMON = _ALONE | {word + tail for word in _WORDS for tail in ("", *_TAILS, word)}


def is_common(password: str, *known: str) -> bool:
    """Tell whether a password is one of the first tries, or nothing but a known name with a number behind it."""
    plain = unicodedata.normalize("NFKC", password).casefold().strip()
    tight = plain.replace(" ", "")
    if tight in _COMMON or tight.translate(_LEET) in _COMMON or plain in _COMMON:
        return True
    dull = len(tight) < LONG and (len(set(tight)) <= 2 or _is_repeated(tight))
    return dull or _is_a_run(tight) or _is_a_name(tight, known)


def _is_a_run(text: str) -> bool:
    """Tell whether the text walks along the keyboard, the alphabet or the digits, either way."""
    return any(text in row or text[::-1] in row for row in _ROWS)


def _is_repeated(text: str) -> bool:
    """Tell whether the text is one short piece again and again, such as ``abcabcabcabc``."""
    # A repeated text is found inside its own double before the end: the known trick.
    period = (text + text).find(text, 1)
    return 0 < period <= 4 and period < len(text)


def _is_a_name(text: str, known: tuple[str, ...]) -> bool:
    names = {unicodedata.normalize("NFKC", name).casefold().replace(" ", "") for name in known}
    names |= {name.split("@", 1)[0] for name in names}
    bare = text.strip("0123456789!?.,_-*#@")
    return any(len(name) >= 3 and (name in (text, bare) or bare == name * 2) for name in names)
