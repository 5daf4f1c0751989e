"""The access matrix of the inbox: everybody has one, nobody sees that of others."""

from tests.access import Row
from tests.factories.notify import NotificationFactory


def furnish(world):
    world.notice = NotificationFactory(user=world.member)


ROWS = [
    Row("notify.show_inbox", "GET", lambda w: "/inbox", 302, 200, 200, 200, 200, 200),
    Row("notify.mark_read", "POST", lambda w: "/inbox/read", 302, 303, 303, 303, 303, 303),
    Row("notify.open_notice", "POST", lambda w: f"/inbox/{w.notice.id}/open", 302, 303, 404, 404, 404, 404),
    Row("notify.show_settings", "GET", lambda w: "/inbox/settings", 302, 200, 200, 200, 200, 200),
    Row(
        "notify.save_settings",
        "POST",
        lambda w: "/inbox/settings",
        302,
        303,
        303,
        303,
        303,
        303,
        data=lambda w: {"mail": "none"},
    ),
]
