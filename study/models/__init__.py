"""Tables of the study room; importing this registers all of them."""

from study.models.announcements import Announcement, CalendarToken
from study.models.attempts import AnswerEvent, Attempt, AttemptSlot, RefusedAnswer
from study.models.certificates import Certificate, CertificateRecord, CertificateRule
from study.models.citations import Citation
from study.models.counts import BranchCount, BranchWeek, Counting
from study.models.courses import Category, Course
from study.models.drafts import AuthorDraft
from study.models.enrolments import Enrolment
from study.models.extensions import QuizExtension
from study.models.gates import Gate
from study.models.grades import Grade, Gradebook, GradeImport, GradeItem
from study.models.hand_marks import AttemptFile, HandMark
from study.models.keys import KeyChange, KeyDoubt, KeyMark
from study.models.lessons import Lesson, Module
from study.models.materials import Material, MaterialVersion
from study.models.media import LessonMedia, Timing, Watching
from study.models.meetings import Meeting, MeetingReminder, Seat
from study.models.notebook import CardReview, CardSource, Notebook, ReviewCard
from study.models.notes import LessonNote
from study.models.pictures import Picture, PicturePlace, QuestionPicture
from study.models.points import BranchPoints, PointDay
from study.models.practice import PracticeAnswer
from study.models.printed import PrintedForm, PrintedSlot
from study.models.programmes import Edition, Programme, ProgrammeCourse
from study.models.progress import CourseProgress, LessonProgress, ProgressEvent, Sitting
from study.models.question_comments import QuestionComment
from study.models.questions import Question, QuestionBank, QuestionImport, QuestionVersion
from study.models.quizzes import Quiz, QuizSlot
from study.models.readings import MaterialPicture, Reading, ReadingPlace
from study.models.tasks import Task, TaskMember
from study.models.team import TeamMember
from study.models.uploads import FolderUpload
from study.models.works import Work, WorkBrief, WorkFile

__all__ = [
    "Announcement",
    "AnswerEvent",
    "Attempt",
    "AttemptFile",
    "AttemptSlot",
    "AuthorDraft",
    "BranchCount",
    "BranchPoints",
    "BranchWeek",
    "CalendarToken",
    "CardReview",
    "CardSource",
    "Category",
    "Certificate",
    "CertificateRecord",
    "CertificateRule",
    "Citation",
    "Counting",
    "Course",
    "CourseProgress",
    "Edition",
    "Enrolment",
    "FolderUpload",
    "Gate",
    "Grade",
    "GradeImport",
    "GradeItem",
    "Gradebook",
    "HandMark",
    "KeyChange",
    "KeyDoubt",
    "KeyMark",
    "Lesson",
    "LessonMedia",
    "LessonNote",
    "LessonProgress",
    "Material",
    "MaterialPicture",
    "MaterialVersion",
    "Meeting",
    "MeetingReminder",
    "Module",
    "Notebook",
    "Picture",
    "PicturePlace",
    "PointDay",
    "PracticeAnswer",
    "PrintedForm",
    "PrintedSlot",
    "Programme",
    "ProgrammeCourse",
    "ProgressEvent",
    "Question",
    "QuestionBank",
    "QuestionComment",
    "QuestionImport",
    "QuestionPicture",
    "QuestionVersion",
    "Quiz",
    "QuizExtension",
    "QuizSlot",
    "Reading",
    "ReadingPlace",
    "RefusedAnswer",
    "ReviewCard",
    "Seat",
    "Sitting",
    "Task",
    "TaskMember",
    "TeamMember",
    "Timing",
    "Watching",
    "Work",
    "WorkBrief",
    "WorkFile",
]
