"""Assigned study, for tests."""

from datetime import timedelta

import factory

from core.clock import utcnow
from study.enums import TaskFor
from study.models import Task, TaskMember
from tests.factories.accounts import Factory, UserFactory, root_branch
from tests.factories.study import CourseFactory


class TaskFactory(Factory):
    """The whole site is asked to study a course within ten days."""

    class Meta:
        model = Task

    course = factory.SubFactory(CourseFactory)
    branch = factory.LazyFunction(root_branch)
    whom = TaskFor.EVERYBODY
    due_at = factory.LazyFunction(lambda: utcnow() + timedelta(days=10))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        if "assigned_by_id" not in kwargs:
            kwargs["assigned_by_id"] = UserFactory().id
        return super()._create(model_class, *args, **kwargs)


class TaskMemberFactory(Factory):
    """Somebody is asked."""

    class Meta:
        model = TaskMember

    task = factory.SubFactory(TaskFactory)
    due_at = factory.LazyAttribute(lambda o: o.task.due_at)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        user = kwargs.pop("user", None) or UserFactory()
        return super()._create(model_class, *args, user_id=user.id, **kwargs)
