"""Transactions: no lost update, no write on GET, no commit elsewhere."""

import re
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.faces import Faces
from core.settings import SiteSetting, get, put

ROOT = Path(__file__).parents[2]


def test_no_update_is_lost_between_threads(live_site):
    with transaction():
        put("counter", 0)

    def raise_it() -> None:
        with live_site.app_context():
            for _turn in range(25):
                with transaction():
                    row = db.session.scalars(
                        select(SiteSetting).where(SiteSetting.name == "counter").with_for_update()
                    ).one()
                    row.value = row.value + 1

    threads = [threading.Thread(target=raise_it) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert get("counter") == 100


def test_a_read_cannot_write(live_site):
    with pytest.raises(Exception, match=r"readonly|read-only"):
        put("counter", 1)
    db.session.rollback()


def test_a_failed_block_leaves_nothing(live_site):
    def fail_half_way() -> None:
        with transaction():
            put("half", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert get("half") is None


def test_transactions_do_not_nest(app):
    with transaction(), pytest.raises(RuntimeError), transaction():
        pass


def test_only_the_kernel_commits():
    for path in ROOT.glob("*/**/*.py"):
        if {"tests", ".venv", "migrations"} & set(path.relative_to(ROOT).parts) or path == ROOT / "core" / "db.py":
            continue
        assert not re.search(r"session\.commit\(", path.read_text("utf-8")), path


def test_faces_come_back_as_they_went_in(app):
    from tests.factories.accounts import BranchFactory

    branch = BranchFactory(name=Faces("东湖", "East Lake"))
    db.session.expire_all()
    assert branch.name == Faces("东湖", "East Lake")
