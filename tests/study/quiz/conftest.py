"""A course with an author in its pages, for tests of what authors do with questions and quizzes."""

import pytest

from tests.factories.study import CourseFactory


@pytest.fixture
def course(app):
    return CourseFactory(slug="open-branch")


@pytest.fixture
def browser(sign_in, instructor):
    return sign_in(instructor)
