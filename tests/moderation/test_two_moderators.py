"""Two connections at the same moment, on a database that really commits."""

import threading

from sqlalchemy import select

from accounts.actors import actor_for
from core.db import db, transaction
from core.permissions import Role
from core.refs import Ref
from moderation import services
from moderation.enums import Action, ReportReason
from moderation.errors import AlreadyHandled, AlreadyReported
from moderation.models import Decision, Report
from moderation.services import Verdict
from tests.factories.accounts import UserFactory, grant, root_branch
from tests.factories.moderation import new_leaflets

LEAFLET = Ref("leaflet", 1)


def people(number, role=None):
    with transaction():
        root = root_branch()
        users = [UserFactory(branch=root) for _index in range(number)]
        for user in users:
            if role:
                grant(user, role, root)
        ids = [user.id for user in users]
    found = [actor_for(user_id) for user_id in ids]
    db.session.remove()
    return found


def at_once(app, acts):
    """Run each act in a thread of its own, started together, and return what each gave or raised."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    outcomes[index] = act()
            except Exception as error:
                outcomes[index] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_moderators_at_once_one_decides_and_the_other_hears_of_it(live_site):
    new_leaflets().add(1)
    judges = people(2, Role.MODERATOR)
    verdict = Verdict(action=Action.KEEP, reason="Fine.")

    outcomes = at_once(live_site, [lambda who=who: services.decide(LEAFLET, who, verdict).id for who in judges])

    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Exception)) == [AlreadyHandled]
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_a_double_click_makes_one_report(live_site):
    new_leaflets().add(1)
    (reader,) = people(1)

    outcomes = at_once(
        live_site, [lambda: services.report(LEAFLET, reader, ReportReason.ADVERTISING).id for _click in range(2)]
    )

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [AlreadyReported]
    assert len(db.session.scalars(select(Report)).all()) == 1
