"""Certificates, for tests."""

import factory

from core.db import db
from core.faces import Faces
from study.models import Certificate, CertificateRule
from study.numbers import new_number
from tests.factories.accounts import Factory, UserFactory
from tests.factories.study import CourseFactory


class CertificateFactory(Factory):
    """A certificate of a member's for a course of its own."""

    class Meta:
        model = Certificate

    number = factory.LazyFunction(new_number)
    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    holder_name = factory.LazyAttribute(lambda one: one.user.display_name)
    title = Faces("结业证书", "Certificate of completion")
    course_title = factory.LazyAttribute(lambda one: one.course.title)
    branch_name = Faces("东湖支部", "East Lake branch")
    hours_tenths = 20


def rule_for(course, **values) -> CertificateRule:
    """Let a course give a certificate."""
    decided = {"title": Faces("结业证书", "Certificate of completion"), "hours_tenths": 20, "valid_months": None}
    rule = CertificateRule(course_id=course.id, key=f"key-{course.id}", **{**decided, **values})
    db.session.add(rule)
    db.session.commit()
    return rule
