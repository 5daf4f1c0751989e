"""What the benchmark of changed keys is made on is marked again and comes back."""

from sqlalchemy import func, select

from bench.keys import PARTS, fill
from core.db import db
from study.models import Attempt, KeyMark

PAPERS = 60


def test_every_paper_moves_and_comes_back(app):
    ground = fill(PAPERS)
    before = db.session.execute(select(Attempt.id, Attempt.mark, Attempt.passed).order_by(Attempt.id)).all()

    for _name, acts in PARTS:
        for act in acts(ground):
            act()

    assert db.session.scalar(select(func.count()).select_from(KeyMark)) == PAPERS
    assert db.session.execute(select(Attempt.id, Attempt.mark, Attempt.passed).order_by(Attempt.id)).all() == before
