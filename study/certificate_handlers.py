"""What follows when courses are finished and begin to give certificates, run by the worker."""

from collections.abc import Sequence

from accounts.events import UserErased
from core.db import transaction
from core.outbox import on
from study.events import CertificateOffered, CourseCompleted
from study.queries.certificates import list_earners
from study.services import certificates

BATCH = 200


@on(CourseCompleted)
def issue_certificates(events: Sequence[CourseCompleted]) -> None:
    """Issue the certificates of finished courses; who has one already gets no second."""
    for course_id, user_id in sorted({(event.course_id, event.user_id) for event in events}):
        with transaction():
            certificates.issue(course_id, user_id)


@on(CertificateOffered)
def issue_to_earners(events: Sequence[CertificateOffered]) -> None:
    """Issue a course's new certificate to those who finished it before."""
    for course_id in sorted({event.course_id for event in events}):
        last = 0
        while earners := list_earners(course_id, last, BATCH):
            last = earners[-1]
            with transaction():
                for user_id in earners:
                    certificates.issue(course_id, user_id)


@on(UserErased)
def forget_holders(events: Sequence[UserErased]) -> None:
    """Delete the certificates of erased people."""
    with transaction():
        for user_id in sorted({event.user_id for event in events}):
            certificates.forget_holder(user_id)
