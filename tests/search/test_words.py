import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import cut

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("run", "wanted"),
    [
        ("账目怎么公布", ["账目", "怎么", "公布"]),
        ("研究生命起源", ["研究", "生命", "起源"]),
        ("南京市长江大桥", ["南京市", "长江大桥"]),
        ("支部委员会会议记录", ["支部", "委员会", "会议记录"]),
        ("囧", ["囧"]),
        ("", []),
    ],
)
def test_a_sentence_is_cut_where_its_words_are_most_frequent(run, wanted):
    assert cut(run) == wanted


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=200))
def test_nothing_is_lost_by_cutting(run):
    assert "".join(cut(run)) == run


def test_whoever_finds_the_words_missing_makes_them(tmp_path):
    code = (
        "import sys, pathlib\n"
        "from search import words\n"
        "words.WORDS = pathlib.Path(sys.argv[1])\n"
        "print(words.cut('账目公布'))"
    )
    made = tmp_path / "words.trie"
    out = subprocess.run([sys.executable, "-c", code, made], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "['账目', '公布']"
    assert [path.name for path in tmp_path.iterdir()] == ["words.trie"]
    assert made.stat().st_size < 2**21


def test_where_the_words_cannot_be_made_a_run_is_one_word(tmp_path):
    code = (
        "import sys, pathlib\n"
        "from search import words\n"
        "words.WORDS = pathlib.Path(sys.argv[1]) / 'no' / 'words.trie'\n"
        "print(words.cut('账目公布'), words.cut(''))"
    )
    out = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "['账目公布'] []"


def test_the_words_take_little_memory():
    code = (
        "from search.words import cut\n"
        "size = lambda: int(open('/proc/self/statm').read().split()[1]) * 4096 / 2**20\n"
        "before = size(); cut('账目怎么公布'); print(size() - before < 6)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == ["True"]
