"""Notices for tests."""

import factory

from core.i18n import _l
from core.notifications import notice_kind
from notify.models import Notification
from tests.factories.accounts import Factory

PARCEL = "test.parcel"
notice_kind(PARCEL, _l("%(actor)s sent you “%(title)s”"), icon="note", detail=_l("Weight: %(weight)s kg"))


class NotificationFactory(Factory):
    """One notice; ``user=`` is needed."""

    class Meta:
        model = Notification
        exclude = ("user",)

    user = None
    user_id = factory.LazyAttribute(lambda o: o.user.id)
    kind = PARCEL
    subject_kind = "parcel"
    subject_id = 1
    url = "/parcels/1"
    params = factory.LazyFunction(lambda: {"title": "Tea", "weight": 2})
    key = factory.Sequence(lambda n: f"parcel:{n}")
