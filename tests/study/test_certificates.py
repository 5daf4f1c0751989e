"""Certificates: issued once, printed so that both languages show, checked by number, revoked with a reason."""

from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from accounts.services import people
from core import limits
from core.db import db
from core.errors import Denied
from core.faces import Faces
from core.permissions import Role
from notify.models import Notification
from study.enums import CertificateAct, CertificateState
from study.errors import AlreadyRevoked, NotRevoked
from study.models import Certificate, CertificateRecord, CertificateRule
from study.numbers import ALPHABET, new_number, read_number
from study.printing.lines import break_lines
from study.printing.runner import print_certificate, sheet_of
from study.printing.sheet import Sheet, draw
from study.queries.certificates import find_certificate, get_issued
from study.services import certificates, progress
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.certificates import CertificateFactory, rule_for
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory, note_progress


def _course(**more):
    course = CourseFactory(title=Faces("开放的支部", "The open branch"), **more)
    module = ModuleFactory(course=course)
    return course, [LessonFactory(module=module), LessonFactory(module=module)]


def _read(lesson, user, actor_of, transaction):
    with transaction():
        progress.mark_read(lesson, actor_of(user))


def test_every_slip_of_one_sign_or_two_exchanged_is_caught():
    number = new_number()
    signs = number.replace("-", "")

    wrong = [
        signs[:place] + sign + signs[place + 1 :] for place in range(16) for sign in ALPHABET if sign != signs[place]
    ]
    wrong += [
        signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]
        for place in range(14)
        if signs[place] != signs[place + 1]
    ]

    assert read_number(f" {number.lower().replace('-', ' ')} ") == number
    assert [one for one in wrong if read_number(one)] == []
    assert len({new_number() for _time in range(200)}) == 200


@pytest.mark.parametrize("typed", ["", "7K2M", "7K2M-9QF4-W3PC-X8R0", "七七七七" * 4, "A" * 500])
def test_what_is_no_number_is_none(typed):
    assert read_number(typed) is None


def test_a_finished_course_issues_one_certificate_with_the_words_of_that_day(
    member, branch, actor_of, transaction, drain, clock
):
    clock.set(datetime(2026, 1, 31, 8, tzinfo=UTC))
    course, lessons = _course(branch=branch)
    rule_for(course, hours_tenths=15, valid_months=13)
    EnrolmentFactory(user=member, course=course)
    name = member.display_name
    db.session.commit()
    for lesson in lessons:
        _read(lesson, member, actor_of, transaction)

    drain()
    with transaction():
        again = certificates.issue(course.id, member.id)
        course.title, member.display_name = Faces("改名了"), "改名的人"

    issued = db.session.scalars(select(Certificate)).one()
    assert again is None
    assert (issued.holder_name, issued.course_title) == (name, Faces("开放的支部", "The open branch"))
    assert (issued.branch_name, issued.hours_tenths) == (branch.name, 15)
    assert issued.issued_at == clock.now
    assert issued.expires_at == datetime(2027, 2, 28, 8, tzinfo=UTC)
    assert read_number(issued.number) == issued.number
    assert [row.act for row in db.session.scalars(select(CertificateRecord))] == [CertificateAct.ISSUED]
    notice = db.session.scalars(select(Notification).where(Notification.user_id == member.id)).one()
    assert (notice.kind, notice.url) == (
        "study.certificate_issued",
        f"/study/progress/certificates/{issued.number}",
    )


def test_a_course_without_a_certificate_issues_none(member, actor_of, transaction, drain):
    course, lessons = _course()
    rule_for(course, is_on=False)
    EnrolmentFactory(user=member, course=course)
    db.session.commit()
    for lesson in lessons:
        _read(lesson, member, actor_of, transaction)

    drain()

    assert db.session.scalars(select(Certificate)).all() == []


def test_switching_it_on_serves_those_who_were_done_and_nobody_else(instructor, sign_in, drain):
    course, lessons = _course()
    done, half, left = UserFactory(), UserFactory(), UserFactory()
    for user in (done, half):
        EnrolmentFactory(user=user, course=course)
    EnrolmentFactory(user=left, course=course, left_at=datetime(2026, 1, 1, tzinfo=UTC))
    for user in (done, left):
        for lesson in lessons:
            note_progress(user, lesson)
    note_progress(half, lessons[0])
    typed = {"is_on": "y", "title_zh": "结业证书", "hours": "1.5", "valid_months": ""}

    answer = sign_in(instructor).post(f"/study/manage/courses/{course.slug}/certificate", data=typed)
    drain()

    assert answer.status_code == 303
    assert [one.user_id for one in db.session.scalars(select(Certificate))] == [done.id]
    assert db.session.scalars(select(CertificateRule.hours_tenths)).all() == [15]


def test_a_rule_with_faults_says_so_beside_the_fields_and_keeps_what_was_typed(instructor, sign_in):
    course, _lessons = _course()
    typed = {"is_on": "y", "hours": "many", "valid_months": "-3"}

    answer = sign_in(instructor).post(f"/study/manage/courses/{course.slug}/certificate", data=typed)

    assert answer.status_code == 422
    assert "many" in answer.text
    assert answer.text.count('class="err"') == 3
    assert db.session.scalars(select(CertificateRule)).all() == []


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        (dict(shows_name=True), {"王小明", "开放的支部", "2026年1月31日"}),
        (dict(shows_course=False, shows_date=False), set()),
        (dict(), {"开放的支部", "2026年1月31日"}),
    ],
)
def test_the_check_page_says_what_the_holder_allows_and_no_more(client, clock, shown, seen):
    clock.set(datetime(2026, 1, 31, 8, tzinfo=UTC))
    one = CertificateFactory(holder_name="王小明", course_title=Faces("开放的支部"), **shown)

    page = client.get(f"/study/certificates/{one.number}").text

    assert {words for words in ("王小明", "开放的支部", "2026年1月31日") if words in page} == seen
    assert "<strong>有效</strong>" in page


def test_the_check_page_says_expired_and_revoked_in_words(client, clock):
    expired = CertificateFactory(expires_at=clock.now - timedelta(seconds=1))
    revoked = CertificateFactory(revoked_at=clock.now, revoke_reason="内部的原因")
    pages = [client.get(f"/study/certificates/{one.number}").text for one in (expired, revoked)]

    assert "<strong>已过期</strong>" in pages[0]
    assert "<strong>已撤销</strong>" in pages[1]
    assert "内部的原因" not in pages[1]


def test_numbers_that_lead_nowhere_are_refused_after_thirty(client, app):
    limits.forget_all()
    real = CertificateFactory()
    try:
        answers = [client.get(f"/study/certificates/{new_number()}").status_code for _try in range(31)]
        locked = client.get(f"/study/certificates/{real.number}").status_code
    finally:
        limits.forget_all()

    assert (answers, locked) == ([404] * 30 + [429], 429)


def test_the_form_leads_to_the_page_and_names_a_slip(client):
    one = CertificateFactory()
    typed = one.number.lower().replace("-", " ")

    assert client.get("/study/certificates/", query_string={"number": typed}).location == (
        f"/study/certificates/{one.number}"
    )
    for wrong in ("", one.number[:-1] + ("2" if one.number[-1] != "2" else "3")):
        assert client.get("/study/certificates/", query_string={"number": wrong}).status_code == 422


def test_a_holder_chooses_what_is_shown(sign_in):
    one = CertificateFactory()

    sign_in(one.user).post(f"/study/progress/certificates/{one.number}/shown", data={"name": "y", "date": "y"})

    row = find_certificate(one.number)
    assert (row.shows_name, row.shows_course, row.shows_date) == (True, False, True)
    assert db.session.scalars(select(CertificateRecord.act)).all() == [CertificateAct.SHOWN]


def test_an_officer_of_the_branch_revokes_with_a_reason_that_the_holder_reads(sign_in, officer, branch, drain, client):
    one = CertificateFactory(course=CourseFactory(branch=branch))
    holder = one.user
    address = f"/study/manage/certificates/{one.id}/state"

    empty = sign_in(officer).post(address, data={"act": "revoked", "reason": "  "})
    done = sign_in(officer).post(address, data={"act": "revoked", "reason": "考试作弊"})
    twice = sign_in(officer).post(address, data={"act": "revoked", "reason": "考试作弊"})
    drain()

    assert (empty.status_code, done.status_code, twice.status_code) == (422, 303, 409)
    assert find_certificate(one.number).state is CertificateState.REVOKED
    record = db.session.scalars(select(CertificateRecord)).one()
    assert (record.act, record.actor_id, record.reason) == (CertificateAct.REVOKED, officer.id, "考试作弊")
    notice = db.session.scalars(select(Notification).where(Notification.user_id == one.user_id)).one()
    assert notice.params["reason"] == "考试作弊"
    own = sign_in(holder).get(f"/study/progress/certificates/{one.number}")
    assert "考试作弊" in own.text
    assert sign_in(holder).get(f"/study/progress/certificates/{one.number}/pdf").status_code == 409


def test_a_mistaken_revocation_is_taken_back(officer, branch, actor_of, transaction):
    one = CertificateFactory(course=CourseFactory(branch=branch))
    ident, staff = one.id, actor_of(officer)

    def act(service, reason):
        with transaction():
            service(get_issued(ident, staff), staff, reason)

    with pytest.raises(NotRevoked):
        act(certificates.restore, "没有撤销过")
    act(certificates.revoke, "弄错了人")
    with pytest.raises(AlreadyRevoked):
        act(certificates.revoke, "再一次")
    act(certificates.restore, "查清了")

    assert find_certificate(one.number).state is CertificateState.VALID


def test_a_certificate_is_renewed_from_today_under_its_number(sign_in, officer, branch, clock, drain):
    course = CourseFactory(branch=branch)
    rule = rule_for(course)
    rule.valid_months, rule.hours_tenths = 12, 45
    one = CertificateFactory(course=course, expires_at=clock.now - timedelta(days=1), hours_tenths=20)
    one.user.display_name = "新名字"
    db.session.commit()
    number, holder = one.number, one.user
    address = f"/study/manage/certificates/{one.id}/state"
    assert "已过期" in sign_in(holder).get(f"/study/progress/certificates/{number}").text

    done = sign_in(officer).post(address, data={"act": "renewed", "reason": "复训合格"})
    drain()

    found = find_certificate(number)
    assert (done.status_code, found.state, found.holder_name, found.hours_tenths) == (
        303,
        CertificateState.VALID,
        "新名字",
        45,
    )
    assert (found.issued_at, found.expires_at) == (clock.now, certificates.after_months(clock.now, 12))
    record = db.session.scalars(select(CertificateRecord)).one()
    assert (record.act, record.actor_id, record.reason) == (CertificateAct.RENEWED, officer.id, "复训合格")
    notice = db.session.scalars(select(Notification).where(Notification.user_id == holder.id)).one()
    assert notice.params["reason"] == "复训合格"


def test_what_was_revoked_is_not_renewed(sign_in, officer, branch, clock):
    course = CourseFactory(branch=branch)
    rule_for(course)
    one = CertificateFactory(course=course, revoked_at=clock.now, revoke_reason="x")
    db.session.commit()
    answer = sign_in(officer).post(
        f"/study/manage/certificates/{one.id}/state", data={"act": "renewed", "reason": "再发"}
    )
    assert (answer.status_code, find_certificate(one.number).state) == (409, CertificateState.REVOKED)


def test_an_officer_of_another_branch_revokes_nothing(other_branch, branch, actor_of):
    stranger = UserFactory(branch=other_branch)
    grant(stranger, Role.OFFICER, other_branch)
    one = CertificateFactory(course=CourseFactory(branch=branch))

    with pytest.raises(Denied):
        get_issued(one.id, actor_of(stranger))


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_a_course_costs_the_same_at_any_length(sign_in, officer, branch, count_queries, many):
    course = CourseFactory(branch=branch)
    CertificateFactory.create_batch(many, course=course)
    browser = sign_in(officer)
    with count_queries() as seen:
        page = browser.get(f"/study/manage/courses/{course.slug}/certificates")
    assert (page.text.count('<div class="m">'), len(seen)) == (many, 6)


def test_my_progress_lists_my_certificates(sign_in):
    one = CertificateFactory()
    CertificateFactory()

    page = sign_in(one.user).get("/study/progress").text

    assert page.count("/study/progress/certificates/") == 1
    assert one.number in page


def test_erasing_a_person_leaves_no_certificate(administrator, actor_of, transaction, drain):
    one = CertificateFactory()
    with transaction():
        people.erase(one.user_id, actor_of(administrator))

    drain()

    assert db.session.scalars(select(Certificate)).all() == []


# What is printed


def _text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0].get_textpage().get_text_range()


def test_the_pdf_holds_both_languages_as_text_and_its_own_fonts(app):
    one = CertificateFactory(
        holder_name="欧阳娜娜·Şükrü Ǚlǚ",
        course_title=Faces("开放的支部：账目、会议与答复", "The open branch"),
        branch_name=Faces("东湖支部", "East Lake branch"),
        expires_at=datetime(2030, 2, 1, tzinfo=UTC),
        hours_tenths=125,
    )

    pdf = print_certificate(one)

    text = _text_of(pdf)
    for words in (
        "欧阳娜娜·Şükrü Ǚlǚ",
        "《开放的支部：账目、会议与答复》",
        "The open branch",
        "东湖支部",
        "East Lake branch",
        "12.5 学时",
        "12.5 hours of study",
        "2030年2月1日 · 1 February 2030",
        one.number,
    ):
        assert words in text
    assert pdf.count(b"/FontFile") == 2
    assert len(pdf) < 80_000


def test_the_pdf_shows_ink_where_the_chinese_stands(app):
    """Glyphs that a viewer has to find elsewhere would leave the line empty here: no font of the machine is asked."""
    sheet = sheet_of(CertificateFactory(holder_name="龘", title=Faces("结业证书")))
    blank = draw(Sheet(**{**sheet, "name": " "}))
    written = draw(Sheet(**sheet))

    ink = [
        sum(value < 100 for value in pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("L").tobytes())
        for pdf in (blank, written)
    ]

    assert ink[1] - ink[0] > 150


def test_a_sign_that_no_font_has_is_marked_and_named(app):
    text = _text_of(print_certificate(CertificateFactory(holder_name="𠮷田")))

    assert "〓田" in text
    assert "U+20BB7" in text


def test_a_heading_in_one_language_makes_a_certificate_in_that_language(app):
    sheet = sheet_of(CertificateFactory(title=Faces(en="Certificate"), course_title=Faces("只有中文", "Both")))

    assert (sheet["heading"], sheet["course"]) == (("", "Certificate"), ("", "Both"))
    assert sheet["certify"] == ("", "This certifies that")
    assert sheet["language"] == "en"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("账目公布，人人看得见", ["账目公布，", "人人看得见"]),
        ("（甲）乙丙丁戊己", ["（甲）乙", "丙丁戊己"]),
        ("open the books", ["open", "the", "books"]),
        ("  ", []),
    ],
)
def test_lines_break_where_the_language_allows(text, lines):
    assert break_lines(text, 5 if text.startswith("账目") else 4.5, len) == lines


def test_only_the_holder_gets_the_pdf(sign_in, client):
    one = CertificateFactory(course=CourseFactory(branch=BranchFactory()))
    address = f"/study/progress/certificates/{one.number}/pdf"

    answer = sign_in(one.user).get(address)

    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert sign_in(UserFactory()).get(address).status_code == 404
