"""Our short package names are ours: no module of Python's or of a library has them."""

import importlib
import importlib.metadata
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "core", "accounts", "forum", "study", "search", "moderation", "notify")


@pytest.mark.parametrize("name", PACKAGES)
def test_the_name_is_free_and_leads_here(name):
    assert name not in sys.stdlib_module_names
    assert set(importlib.metadata.packages_distributions().get(name, ["xuetan"])) == {"xuetan"}
    assert Path(importlib.import_module(name).__file__).is_relative_to(ROOT)
