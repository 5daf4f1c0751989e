import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.notifications import PeopleTold, tell
from core.refs import Ref
from notify import queries, services
from notify.cli import inbox
from notify.copies import send_copies
from notify.enums import MailCopies
from notify.events import NoticesKept
from notify.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.notify import PARCEL, NotificationFactory


def told(*people, key="parcel:1", **params):
    return PeopleTold(
        recipient_ids=tuple(person.id for person in people),
        kind=PARCEL,
        subject=Ref("parcel", 1),
        url="/parcels/1",
        actor_id=None,
        key=key,
        params=params,
    )


def keep(*events):
    with transaction():
        return services.keep(events)


def unread(person):
    db.session.refresh(person)
    return person.unread_count


def test_a_notice_is_written_for_each_recipient_and_counted(member, officer):
    keep(told(member, officer, title="Tea"))

    rows = db.session.scalars(select(Notification).order_by(Notification.user_id)).all()
    assert [row.user_id for row in rows] == sorted([member.id, officer.id])
    assert (rows[0].subject, rows[0].params) == (Ref("parcel", 1), {"title": "Tea"})
    assert (unread(member), unread(officer)) == (1, 1)


def test_the_same_event_twice_makes_one_notice(member):
    keep(told(member))

    again = keep(told(member), told(member))

    assert again == []
    assert len(db.session.scalars(select(Notification)).all()) == 1
    assert unread(member) == 1


def test_a_repetition_in_one_batch_makes_one_notice(member):
    keep(told(member), told(member), told(member, key="parcel:2"))

    assert unread(member) == 2


def test_a_batch_larger_than_a_statement_is_kept_whole(member, monkeypatch):
    monkeypatch.setattr(services, "ROWS_A_STATEMENT", 2)

    new = keep(*(told(member, key=f"parcel:{number}") for number in range(5)))

    assert (len(new), unread(member)) == (5, 5)


def test_new_notices_are_announced_for_the_mail(member, announced):
    ids = keep(told(member))

    assert NoticesKept(notification_ids=tuple(ids)) in announced()


def test_the_worker_brings_what_was_told_into_the_inbox(member, transaction, drain):
    with transaction():
        tell([member.id], PARCEL, subject=Ref("parcel", 1), url="/parcels/1", key="k", title="Tea", weight=1)

    drain()

    assert unread(member) == 1


def test_marking_as_read_lowers_the_count_by_what_was_unread(member):
    keep(told(member, key="a"), told(member, key="b"), told(member, key="c"))
    ids = db.session.scalars(select(Notification.id).order_by(Notification.id)).all()

    with transaction():
        first = services.mark_read(member.id, ids[:2])
        second = services.mark_read(member.id, ids[:2])

    assert (first, second, unread(member)) == (2, 0, 1)


def test_nobody_marks_the_notices_of_others(member, officer):
    keep(told(officer))
    (row,) = db.session.scalars(select(Notification)).all()

    with transaction():
        done = services.mark_read(member.id, [row.id])

    assert (done, unread(officer), unread(member)) == (0, 1, 0)


def test_everything_can_be_marked_as_read(member, officer):
    keep(told(member, officer, key="a"), told(member, key="b"))

    with transaction():
        services.mark_all_read(member.id)

    assert (unread(member), unread(officer)) == (0, 1)


def test_counts_can_be_rebuilt(app, member, officer):
    NotificationFactory(user=member)
    officer.unread_count = 9
    db.session.commit()

    answer = app.test_cli_runner().invoke(inbox, ["recount"])

    assert answer.exit_code == 0
    assert (unread(member), unread(officer)) == (1, 0)
    assert queries.count_unread(member.id) == 1


@pytest.fixture
def mail_reader(branch):
    reader = UserFactory(email="reader@example.org", display_name="Reader", locale="en", branch=branch)
    with transaction():
        services.set_mail_copies(reader.id, MailCopies.AT_ONCE)
    return reader


def test_a_copy_goes_by_mail_to_those_who_asked(mail_reader, member, mailbox, drain, moderator):
    with transaction():
        tell(
            [mail_reader.id, member.id],
            PARCEL,
            subject=Ref("parcel", 1),
            url="/parcels/1",
            key="k",
            actor_id=moderator.id,
            title="Tea",
            weight=2,
        )
    drain()

    (message,) = mailbox
    text = message.get_content()
    assert message["To"] == "reader@example.org"
    assert message["Subject"] == f"{moderator.display_name} sent you “Tea”"
    assert "http://xuetan.test/parcels/1" in text
    assert "Weight: 2 kg" in text
    assert "http://xuetan.test/inbox/settings" in text


def test_a_copy_is_sent_once(mail_reader, mailbox, drain):
    ids = keep(told(mail_reader))
    drain()

    assert send_copies(ids) == 0
    assert len(mailbox) == 1


def test_what_was_read_in_the_meantime_is_not_mailed(mail_reader, mailbox, drain):
    ids = keep(told(mail_reader))
    with transaction():
        services.mark_read(mail_reader.id, ids)

    drain()

    assert mailbox == []
