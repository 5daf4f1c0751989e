"""What threads may hang on: courses, lessons and quizzes. Their threads go to the board of the course."""

from study.subjects.courses import CourseSubject
from study.subjects.lessons import LessonSubject
from study.subjects.quizzes import QuizSubject

__all__ = ["CourseSubject", "LessonSubject", "QuizSubject"]
