"""Assignments: drafts, handing in, files for few eyes, marks, and handing in again."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from accounts.events import UserErased
from core.clock import utcnow
from core.db import db
from core.files import File
from core.i18n import current_zone
from core.permissions import Role
from notify.models import Notification
from study.enums import LearningState, LessonKind, ProgressKind, WorkState
from study.models import Lesson, LessonProgress, Module, ProgressEvent, Work, WorkBrief, WorkFile
from study.models.works import BODY_MAX
from study.rubric import Criterion, Mark, NotACriterion, in_force, parse_rubric, percent_of, rubric_text
from study.work_handlers import forget_works
from tests.factories.accounts import UserFactory, grant
from tests.factories.study import CourseFactory, EnrolmentFactory, ModuleFactory
from tests.factories.works import RUBRIC, assignment, handed_in

EN = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def tree(root):
    """Courses belong to a branch."""


def works() -> list[Work]:
    db.session.expire_all()
    return list(db.session.scalars(select(Work).order_by(Work.number)))


def marked() -> list[dict]:
    entries = select(ProgressEvent).where(ProgressEvent.kind == ProgressKind.MARKED).order_by(ProgressEvent.id)
    return [entry.detail for entry in db.session.scalars(entries)]


def note(name="minutes.txt", content=b"Minutes of the meeting"):
    return io.BytesIO(content), name


class TestAuthoring:
    """What an author asks for."""

    def form(self, **changes):
        known = {"kind": "assignment", "title_zh": "写会议记录", "body_zh": "写一份记录。", "minutes": 30}
        known |= {"rubric": "40 Facts are right\n60 Written clearly", "pass_percent": "70", "may_repeat": "y"}
        chosen = dict.fromkeys(("material_id", "media_id", "quiz_id", "subtitles_zh_id", "subtitles_en_id"), 0)
        return {**known, **chosen, "due": "", **changes}

    def test_an_assignment_is_kept_and_shown_in_the_form_again(self, sign_in, instructor):
        browser, day = sign_in(instructor), (utcnow() + timedelta(days=9)).date().isoformat()
        browser.post(f"/study/manage/modules/{ModuleFactory().id}/lessons", data=self.form(due=day))
        brief, lesson = db.session.scalars(select(WorkBrief)).one(), db.session.scalars(select(Lesson)).one()
        assert (lesson.kind, brief.pass_percent, brief.may_repeat) == (LessonKind.ASSIGNMENT, 70, True)
        assert brief.rubric == [[40, "Facts are right"], [60, "Written clearly"]]
        page = browser.get(f"/study/manage/lessons/{lesson.id}").text
        assert f'value="{day}"' in page
        assert "40 Facts are right\n60 Written clearly</textarea>" in page

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"rubric": "Facts"}, "Line 1 is no criterion"),
            ({"rubric": "0 Facts"}, "Line 1 is no criterion"),
            ({"due": "soon"}, "Write the day like this"),
            ({"due": "2019-12-31"}, "Choose a day from a year ago to five years from now."),
            ({"due": "9999-12-31"}, "Choose a day from a year ago to five years from now."),
            ({"pass_percent": "101"}, "Enter a number from 1 to 100."),
        ],
    )
    def test_faults_stand_beside_the_field(self, sign_in, instructor, changes, words):
        browser, module = sign_in(instructor), ModuleFactory()
        answer = browser.post(f"/study/manage/modules/{module.id}/lessons", data=self.form(**changes), headers=EN)
        assert (answer.status_code, answer.text.count(words)) == (422, 2)

    def test_a_day_long_ago_stays_where_it_is(self, sign_in, instructor):
        lesson = assignment(due_at=utcnow() - timedelta(days=900))
        day = (utcnow() - timedelta(days=900)).astimezone(current_zone()).date()
        browser, address = sign_in(instructor), f"/study/manage/lessons/{lesson.id}"
        days = [day.isoformat(), (day - timedelta(days=1)).isoformat()]
        assert [browser.post(address, data=self.form(due=due)).status_code for due in days] == [303, 422]

    def test_the_kind_stays_while_work_hangs_on_it(self, sign_in, instructor, member):
        lesson = assignment()
        work = handed_in(lesson, member)
        browser, address = sign_in(instructor), f"/study/manage/lessons/{lesson.id}"
        answer = browser.post(address, data=self.form(kind="page"), headers=EN)
        assert (answer.status_code, answer.text.count("1 member has handed in work here")) == (422, 2)
        db.session.delete(db.session.get(Work, work.id))
        db.session.commit()
        assert browser.post(address, data=self.form(kind="page")).status_code == 303


def names() -> list[str]:
    """Return the names of all files that are kept, in order."""
    return list(db.session.scalars(select(File.original_name).order_by(File.id)))


class TestHandingIn:
    """What a member does."""

    @pytest.fixture
    def lesson(self, member):
        lesson = assignment()
        EnrolmentFactory(user=member, course=lesson.module.course)
        return lesson

    @pytest.fixture
    def me(self, sign_in, member):
        return sign_in(member)

    def send(self, browser, lesson, act="hand_in", **data):
        return browser.post(f"/study/lessons/{lesson.id}/work", data={"act": act, **data}, headers=EN)

    def test_a_draft_is_kept_and_handed_in_later(self, me, lesson):
        assert self.send(me, lesson, "save", body="Half a page").status_code == 303
        assert "Half a page</textarea>" in me.get(f"/study/lessons/{lesson.id}").text
        self.send(me, lesson, body="A whole page", files=[note()])
        (work,) = works()
        assert (work.state, work.body, work.is_late) == (WorkState.HANDED_IN, "A whole page", False)
        page = me.get(f"/study/lessons/{lesson.id}", headers=EN).text
        assert ("It waits to be marked" in page, "minutes.txt" in page, "Hand in the work</button>" in page) == (
            True,
            True,
            False,
        )

    def test_nothing_is_not_handed_in_and_what_was_typed_stays(self, me, lesson):
        answer = self.send(me, lesson, body="  ")
        assert (answer.status_code, answer.text.count("Write something or choose a file")) == (422, 2)
        too_many = self.send(me, lesson, body="Kept words", files=[note(f"{n}.txt") for n in range(11)])
        assert (too_many.status_code, "Kept words</textarea>" in too_many.text) == (422, True)
        assert "10.txt: A piece of work may have 10 files." in too_many.text
        (work,) = works()
        assert (work.state, len(list(db.session.scalars(select(File))))) == (WorkState.DRAFT, 10)

    def test_a_file_that_is_not_what_it_says_is_named_and_the_rest_is_kept(self, me, lesson):
        sent = [note("one.txt"), note("a.pdf", b"no pdf"), note("two.txt")]
        answer = self.send(me, lesson, body="A whole page", files=sent)
        assert (answer.status_code, "a.pdf: The file is not what its name says" in answer.text) == (422, True)
        assert "The rest of your work is kept as a draft. It is not handed in yet." in answer.text
        assert ("one.txt</a>" in answer.text, "two.txt</a>" in answer.text) == (True, True)
        (work,) = works()
        assert (work.state, work.body, names()) == (WorkState.DRAFT, "A whole page", ["one.txt", "two.txt"])
        self.send(me, lesson, body="A whole page")
        assert (works()[0].state, names()) == (WorkState.HANDED_IN, ["one.txt", "two.txt"])

    def test_files_are_kept_where_the_text_is_too_long(self, me, lesson):
        self.send(me, lesson, "save", body="Short")
        answer = self.send(me, lesson, body="x" * (BODY_MAX + 1), files=[note("one.txt")])
        assert (answer.status_code, works()[0].body, names()) == (422, "Short", ["one.txt"])
        assert "x" * (BODY_MAX + 1) in answer.text

    def test_a_bad_file_alone_makes_no_draft(self, me, lesson):
        assert self.send(me, lesson, files=[note("a.pdf", b"no pdf")]).status_code == 422
        assert works() == []

    def test_only_so_many_files_are_taken_with_those_of_the_draft(self, me, lesson):
        self.send(me, lesson, "save", files=[note(f"{n}.txt") for n in range(9)])
        answer = self.send(me, lesson, "save", files=[note("nine.txt"), note("ten.txt")])
        assert "ten.txt: A piece of work may have 10 files." in answer.text
        assert (len(names()), "nine.txt" in names()) == (10, True)

    def test_files_of_a_draft_are_removed_by_their_owner_only(self, me, lesson, sign_in):
        course = lesson.module.course
        self.send(me, lesson, "save", files=[note("one.txt"), note("two.txt")])
        first = db.session.scalars(select(WorkFile).order_by(WorkFile.id)).first()
        other = UserFactory()
        EnrolmentFactory(user=other, course=course)
        self.send(sign_in(other), lesson, "save", body="mine", drop=first.id)
        assert len(db.session.scalars(select(WorkFile)).all()) == 2
        self.send(me, lesson, "save", drop=first.id)
        assert [file.original_name for file in db.session.scalars(select(File))] == ["two.txt"]

    def test_after_the_last_day_it_is_taken_and_marked_as_late(self, me, lesson):
        db.session.scalars(select(WorkBrief)).one().due_at = utcnow() - timedelta(minutes=1)
        db.session.commit()
        assert "marked as late" in me.get(f"/study/lessons/{lesson.id}", headers=EN).text
        self.send(me, lesson, body="Late words")
        assert works()[0].is_late

    def test_what_waits_is_taken_back_before_it_is_changed(self, me, lesson):
        self.send(me, lesson, body="First")
        assert self.send(me, lesson, "save", body="Second").status_code == 409
        me.post(f"/study/lessons/{lesson.id}/work/take-back")
        self.send(me, lesson, "save", body="Second")
        (work,) = works()
        assert (work.state, work.body, work.handed_in_at) == (WorkState.DRAFT, "Second", None)

    def test_who_does_not_take_the_course_hands_nothing_in(self, sign_in, lesson):
        stranger = sign_in(UserFactory())
        answer = self.send(stranger, lesson, body="x")
        assert (answer.status_code, answer.location, works()) == (303, f"/study/lessons/{lesson.id}", [])

    def test_a_lesson_of_another_kind_takes_no_work(self, me, lesson):
        from tests.factories.study import LessonFactory

        assert self.send(me, LessonFactory(module__course=CourseFactory()), body="x").status_code == 404

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_page_costs_the_same_for_one_try_and_for_three(self, me, lesson, member, count_queries, rows):
        for number in range(1, rows + 1):
            known = {"marks": [[5, 40, "Facts"]], "marked_at": utcnow(), "handed_in_at": utcnow()}
            work = Work(lesson_id=lesson.id, user_id=member.id, number=number, state=WorkState.MARKED, **known)
            db.session.add(work)
        db.session.commit()
        ident = lesson.id
        with count_queries() as seen:
            page = me.get(f"/study/lessons/{ident}", headers=EN).text
        assert (page.count("Not accepted yet"), len(seen)) == (rows, 11)


class TestMarking:
    """What those do who mark."""

    @pytest.fixture
    def lesson(self):
        return assignment()

    @pytest.fixture
    def work(self, lesson, member):
        return handed_in(lesson, member)

    @pytest.fixture
    def grader(self, sign_in, instructor):
        return sign_in(instructor)

    def mark(self, browser, work, *points, comment="Good.", seen=None):
        data = {f"points{number}": point for number, point in enumerate(points)}
        seen = self.seen(browser, work) if seen is None else seen
        return browser.post(
            f"/study/manage/works/{work.id}", data={**data, "comment": comment, "seen": seen}, headers=EN
        )

    def seen(self, browser, work):
        found = re.search(r'name="seen"[^>]* value="([^"]*)"', browser.get(f"/study/manage/works/{work.id}").text)
        return unescape(found[1]) if found else ""

    def test_a_mark_is_not_saved_over_one_that_was_not_seen(self, grader, work, instructor):
        seen = self.seen(grader, work)
        assert self.mark(grader, work, 40, 60, comment="First comment", seen=seen).status_code == 303
        again = self.mark(grader, work, 7, 8, comment="Second comment", seen=seen)
        said = f"{instructor.display_name} has marked this work since you opened the page: 100%."
        assert [words in again.text for words in (said, "First comment", "Second comment</textarea>", 'value="7"')] == [
            True
        ] * 4
        (row,) = works()
        assert (again.status_code, row.comment, row.percent) == (409, "First comment", 100)
        assert self.mark(grader, work, 7, 8, comment="No stamp", seen="").status_code == 409
        shown = unescape(re.search(r'name="seen"[^>]* value="([^"]*)"', again.text)[1])
        assert self.mark(grader, work, 7, 8, comment="Second comment", seen=shown).status_code == 303
        assert works()[0].comment == "Second comment"

    def test_work_handed_in_anew_is_read_before_it_is_marked(self, grader, work, sign_in, member):
        seen, me, address = self.seen(grader, work), sign_in(member), f"/study/lessons/{work.lesson_id}/work"
        me.post(f"{address}/take-back")
        me.post(address, data={"act": "hand_in", "body": "Another text"})
        answer = self.mark(grader, work, 40, 60, comment="Kept comment", seen=seen)
        assert (answer.status_code, works()[0].state) == (409, WorkState.HANDED_IN)
        found = ("has handed in this work anew", "Another text", "Kept comment</textarea>")
        assert [words in answer.text for words in found] == [True] * 3

    def test_work_that_was_taken_back_is_not_marked_and_the_comment_stays(self, grader, work, sign_in, member):
        seen, me, address = self.seen(grader, work), sign_in(member), f"/study/lessons/{work.lesson_id}/work"
        me.post(f"{address}/take-back")
        me.post(address, data={"act": "save", "body": "Private draft"})
        answer = self.mark(grader, work, 40, 60, comment="Kept comment", seen=seen)
        assert (answer.status_code, works()[0].state) == (409, WorkState.DRAFT)
        found = ("has taken this work back", "Kept comment</textarea>", "Private draft", "Save the mark")
        assert [words in answer.text for words in found] == [True, True, False, False]

    def test_a_mark_completes_the_lesson_and_tells_the_member(self, grader, work, lesson, sign_in, member, drain):
        assert self.mark(grader, work, 40, 20).status_code == 303
        drain()
        (row,) = works()
        assert (row.state, row.percent, row.passed) == (WorkState.MARKED, 60, True)
        assert row.marks == [[40, 40, "Facts are right"], [20, 60, "Written clearly"]]
        progress = db.session.scalars(select(LessonProgress)).one()
        assert (progress.state, progress.reason) == (LearningState.DONE, {"code": "marked_passed", "percent": 60})
        (notice,) = db.session.scalars(select(Notification)).all()
        assert (notice.user_id, notice.kind) == (member.id, "study.work_passed")
        page = sign_in(member).get(f"/study/lessons/{lesson.id}", headers=EN).text
        assert ("Work accepted" in page, "Good." in page, "Hand in the work</button>" in page) == (True, True, False)

    def test_what_is_not_accepted_is_handed_in_again_and_the_last_mark_counts(self, grader, work, sign_in, member):
        self.mark(grader, work, 10, 20)
        me = sign_in(member)
        address = f"/study/lessons/{work.lesson_id}/work"
        assert me.post(address, data={"act": "hand_in", "body": "Better"}).status_code == 303
        first, second = works()
        assert (first.state, second.number, second.state) == (WorkState.MARKED, 2, WorkState.HANDED_IN)
        self.mark(grader, second, 40, 60)
        assert marked() == [{"passed": False, "percent": 30}, {"passed": True, "percent": 100}]
        assert me.post(address, data={"act": "save", "body": "More"}).status_code == 409

    def test_where_the_author_forbids_it_nothing_is_handed_in_again(self, grader, sign_in, member):
        lesson = assignment(may_repeat=False)
        self.mark(grader, handed_in(lesson, member), 0, 0)
        me = sign_in(member)
        assert me.post(f"/study/lessons/{lesson.id}/work", data={"body": "x", "act": "save"}).status_code == 409
        assert "Hand in the work</button>" not in me.get(f"/study/lessons/{lesson.id}", headers=EN).text

    def test_a_mark_is_corrected(self, grader, work):
        self.mark(grader, work, 40, 60)
        assert 'value="40"' in grader.get(f"/study/manage/works/{work.id}").text
        self.mark(grader, work, 0, 0, comment="Copied.")
        (row,) = works()
        assert (row.percent, row.comment, [entry["passed"] for entry in marked()]) == (0, "Copied.", [True, False])

    @pytest.mark.parametrize("points", [("41", "0"), ("-1", "0"), ("", "0"), ("x", "0")])
    def test_points_out_of_bounds_are_named_and_the_comment_stays(self, grader, work, points):
        answer = self.mark(grader, work, *points, comment="Kept comment")
        assert (answer.status_code, "Kept comment</textarea>" in answer.text) == (422, True)
        assert works()[0].state is WorkState.HANDED_IN

    def test_work_without_criteria_is_marked_as_a_whole(self, grader, member):
        work = handed_in(assignment(rubric=[]), member)
        assert "The whole work, 0 to 100 points" in grader.get(f"/study/manage/works/{work.id}", headers=EN).text
        self.mark(grader, work, 75)
        assert works()[0].percent == 75

    def test_a_draft_is_nobodys_business(self, grader, lesson, member):
        draft = handed_in(lesson, member, state=WorkState.DRAFT, handed_in_at=None)
        assert grader.get(f"/study/manage/works/{draft.id}").status_code == 404
        assert self.mark(grader, draft, 1, 1).status_code == 404
        assert member.display_name not in grader.get(f"/study/manage/lessons/{lesson.id}/works").text

    def test_a_draft_file_is_for_its_owner_alone(self, grader, lesson, member, sign_in):
        from core.files import store

        draft = handed_in(lesson, member, state=WorkState.DRAFT, handed_in_at=None)
        file = store(*note())
        db.session.add(file)
        db.session.flush()
        row = WorkFile(work_id=draft.id, file_id=file.id)
        db.session.add(row)
        db.session.commit()
        address = f"/study/works/files/{row.id}"
        answers = [browser.get(address, buffered=True) for browser in (grader, sign_in(UserFactory()), sign_in(member))]
        assert [answer.status_code for answer in answers] == [404, 404, 200]
        assert answers[2].headers["Content-Disposition"].startswith("attachment")

    def test_who_marks_in_another_branch_sees_nothing(self, sign_in, other_branch, branch, member):
        stranger = UserFactory(branch=other_branch)
        grant(stranger, Role.INSTRUCTOR, other_branch)
        course = CourseFactory(branch=branch, audience=f"branch:{branch.id}")
        work = handed_in(assignment(course), member)
        browser = sign_in(stranger)
        answers = [browser.get(f"/study/manage/works/{work.id}"), self.mark(browser, work, 1, 1)]
        answers.append(browser.get(f"/study/manage/lessons/{work.lesson_id}/works"))
        assert [answer.status_code for answer in answers] == [404, 404, 404]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_costs_the_same_at_any_length(self, grader, lesson, count_queries, rows):
        for _time in range(rows):
            handed_in(lesson, UserFactory())
        ident = lesson.id
        with count_queries() as seen:
            page = grader.get(f"/study/manage/lessons/{ident}/works").text
        assert (page.count('<li><div class="m">'), len(seen)) == (rows, 8), seen

    def test_an_erased_member_leaves_no_work_behind(self, work):
        file = File(sha256="0" * 64, size=1, media_type="text/plain", original_name="a.txt")
        db.session.add(file)
        db.session.flush()
        db.session.add(WorkFile(work_id=work.id, file_id=file.id))
        db.session.commit()
        forget_works([UserErased(user_id=work.user_id)])
        assert [list(db.session.scalars(select(model))) for model in (Work, WorkFile, File)] == [[], [], []]


class TestRubric:
    """The lines an author types."""

    def test_lines_become_criteria(self):
        text = "40 Facts are right\n\n 60分 写得清楚\n5. Names"
        found = parse_rubric(text)
        assert found == [Criterion(40, "Facts are right"), Criterion(60, "写得清楚"), Criterion(5, "Names")]
        assert parse_rubric(rubric_text(found)) == found

    @pytest.mark.parametrize("line", ["Facts", "40", "0 Facts", "1001 Facts", "5 " + "x" * 201])
    def test_a_line_that_is_none_is_named(self, line):
        with pytest.raises(NotACriterion) as fault:
            parse_rubric(f"1 Good\n{line}")
        assert fault.value.number == 2

    def test_there_are_only_so_many(self):
        with pytest.raises(NotACriterion):
            parse_rubric("\n".join(f"1 part {n}" for n in range(21)))

    def test_the_share_is_rounded_down(self):
        assert percent_of([Mark(2, 3, "a"), Mark(0, 0, "b")]) == 66
        assert (percent_of([]), in_force([])) == (0, [Criterion(100, "")])


def test_a_copy_of_a_course_asks_the_same_without_the_last_day(instructor, actor_of, transaction):
    from study.queries.courses import find_course
    from study.services.copying import copy_course

    lesson = assignment(CourseFactory(slug="original"), due_at=utcnow(), pass_percent=75)
    with transaction():
        course = find_course("original")
        copy_course(course, actor_of(instructor), "copied", course.title, as_edition=False)
    copied = db.session.scalars(select(WorkBrief).where(WorkBrief.lesson_id != lesson.id)).one()
    assert (copied.rubric, copied.pass_percent, copied.due_at) == (RUBRIC, 75, None)


def test_an_assistant_of_the_course_marks_and_one_of_another_does_not(sign_in, member, other_branch):
    from study.enums import TeamRole
    from study.models import TeamMember

    work = handed_in(assignment(), member)
    assistant, other = UserFactory(branch=other_branch), UserFactory()
    course = CourseFactory()
    db.session.add(TeamMember(course_id=course.id, user_id=other.id, role=TeamRole.ASSISTANT))
    db.session.add(TeamMember(course_id=course_of(work), user_id=assistant.id, role=TeamRole.ASSISTANT))
    db.session.commit()
    address = f"/study/manage/works/{work.id}"
    assert [sign_in(person).get(address).status_code for person in (assistant, other)] == [200, 403]


def course_of(work) -> int:
    statement = select(Module.course_id).join(Lesson, Lesson.module_id == Module.id)
    return db.session.scalar(statement.where(Lesson.id == work.lesson_id))
