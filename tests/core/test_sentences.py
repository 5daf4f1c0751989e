"""What stands between two sentences of a page."""

import pytest

from core.i18n import between, in_language


@pytest.mark.parametrize(("language", "gap"), [("zh-Hans", ""), ("en", " ")])
def test_chinese_sentences_stand_without_a_blank(app, language, gap):
    with in_language(language):
        assert between() == gap
