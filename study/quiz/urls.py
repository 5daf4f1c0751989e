"""Links to the pages of quizzes and question banks, as plain functions: cheap enough for loops."""

from urllib.parse import urlencode

from study.urls import HOME, MANAGE, for_course, for_lesson, for_quiz, to_add_lesson, to_manage

__all__ = ["HOME", "MANAGE", "for_course", "for_lesson", "for_quiz", "to_add_lesson", "to_manage"]


def start(quiz_id: int) -> str:
    """Where a new paper is asked for."""
    return f"/study/quizzes/{quiz_id}/attempts"


def for_attempt(attempt_id: int, page: int = 1) -> str:
    """Return a page of a paper, or its result."""
    return f"/study/attempts/{attempt_id}{f'?page={page}' if page > 1 else ''}"


def to_events(attempt_id: int) -> str:
    """Where single changes of answers are sent."""
    return f"/study/attempts/{attempt_id}/events"


def to_sure(attempt_id: int) -> str:
    """Return the page that asks whether open questions are meant to stay open."""
    return f"/study/attempts/{attempt_id}?sure=1"


def to_banks(slug: str) -> str:
    """Return the question banks of a course."""
    return f"/study/manage/courses/{slug}/banks"


def to_bank(bank_id: int, **wish: str) -> str:
    """Return a question bank, or what is found in it."""
    return f"/study/manage/banks/{bank_id}{'?' + urlencode(wish) if wish else ''}"


def to_new_question(bank_id: int, kind: str = "single_choice") -> str:
    """Return the form of a new question."""
    return f"/study/manage/banks/{bank_id}/questions/new?kind={kind}"


def to_question(question_id: int) -> str:
    """Return the form of a question."""
    return f"/study/manage/questions/{question_id}"


def to_preview(question_id: int) -> str:
    """Return a question as members see it."""
    return f"/study/manage/questions/{question_id}/preview"


def to_retire(question_id: int) -> str:
    """Where a question is taken out of the offer or brought back."""
    return f"/study/manage/questions/{question_id}/state"


def to_arrange(bank_id: int) -> str:
    """Where many questions of a bank are moved, tagged or retired at once."""
    return f"/study/manage/banks/{bank_id}/arrange"


def to_share(bank_id: int) -> str:
    """Where a bank is shared with a branch, or with nobody any more."""
    return f"/study/manage/banks/{bank_id}/share"


def to_versions(question_id: int, old: int, new: int) -> str:
    """Return what two versions of a question differ in."""
    return f"/study/manage/questions/{question_id}/versions?old={old}&new={new}"


def to_version_state(question_id: int) -> str:
    """Where a version is made ready, a draft again, or retired."""
    return f"/study/manage/questions/{question_id}/versions"


def to_place(question_id: int) -> str:
    """Where a question gets its folder, tags and level."""
    return f"/study/manage/questions/{question_id}/place"


def to_citation(question_id: int) -> str:
    """Where an author confirms what a question rests on."""
    return f"/study/manage/questions/{question_id}/citation"


def to_imports(bank_id: int) -> str:
    """Return the files that were taken into a bank."""
    return f"/study/manage/banks/{bank_id}/imports"


def to_undo(import_id: int) -> str:
    """Return the page that says what taking a file back would do, and does it."""
    return f"/study/manage/imports/{import_id}/undo"


def to_export(bank_id: int, **what: str) -> str:
    """Where the questions of a bank are fetched as a file."""
    return f"/study/manage/banks/{bank_id}/export{'?' + urlencode(what) if what else ''}"


def to_draw(quiz_id: int) -> str:
    """Where a quiz gets questions that each paper draws."""
    return f"/study/manage/quizzes/{quiz_id}/draws"


def to_import(slug: str) -> str:
    """Return the page on which a question file is sent."""
    return f"/study/manage/courses/{slug}/questions/import"


def to_columns(slug: str) -> str:
    """Where somebody says what the columns of a table hold."""
    return f"/study/manage/courses/{slug}/questions/columns"


def to_accept(slug: str) -> str:
    """Where the good items of a looked-at file are taken in."""
    return f"/study/manage/courses/{slug}/questions/accept"


def to_quizzes(slug: str) -> str:
    """Return the quizzes of a course."""
    return f"/study/manage/courses/{slug}/quizzes"


def to_new_quiz(slug: str) -> str:
    """Return the form of a new quiz."""
    return f"/study/manage/courses/{slug}/quizzes/new"


def to_edit_quiz(quiz_id: int) -> str:
    """Return the page on which a quiz is put together."""
    return f"/study/manage/quizzes/{quiz_id}"


def to_settings(quiz_id: int) -> str:
    """Return the form with the rules of a quiz."""
    return f"/study/manage/quizzes/{quiz_id}/settings"


def to_extensions(quiz_id: int) -> str:
    """Return the page on which some are given more time."""
    return f"/study/manage/quizzes/{quiz_id}/extensions"


def to_remove_extension(extension_id: int) -> str:
    """Where more time is taken back."""
    return f"/study/manage/quiz-extensions/{extension_id}/remove"


def to_statistics(quiz_id: int) -> str:
    """Return what the papers of a quiz say about it."""
    return f"/study/manage/quizzes/{quiz_id}/statistics"


def to_item_statistics(quiz_id: int, question_id: int, which: str) -> str:
    """Return what was answered to one question, in which papers."""
    return f"/study/manage/quizzes/{quiz_id}/statistics/{question_id}?of={which}"


def to_slots(quiz_id: int) -> str:
    """Where questions are put into a quiz."""
    return f"/study/manage/quizzes/{quiz_id}/slots"


def to_slot(slot_id: int) -> str:
    """Where a question of a quiz is moved, weighed or taken out."""
    return f"/study/manage/slots/{slot_id}"


def to_quiz_preview(quiz_id: int) -> str:
    """Return a quiz as members see it."""
    return f"/study/manage/quizzes/{quiz_id}/preview"


def to_forms(quiz_id: int) -> str:
    """Return the forms of a quiz that are printed."""
    return f"/study/manage/quizzes/{quiz_id}/forms"


def to_delete_forms(quiz_id: int) -> str:
    """Where printed forms are forgotten."""
    return f"/study/manage/quizzes/{quiz_id}/forms/delete"


def for_form(form_id: int, sheet: str, language: str) -> str:
    """Return the paper, the answer sheet or the key of a form as a file."""
    return f"/study/manage/forms/{form_id}/{sheet}?language={language}"


def to_release(quiz_id: int) -> str:
    """Where the results of an exam are told."""
    return f"/study/manage/quizzes/{quiz_id}/release"


def to_delete_quiz(quiz_id: int) -> str:
    """Where a quiz is deleted."""
    return f"/study/manage/quizzes/{quiz_id}/delete"


def to_marking(slug: str) -> str:
    """Return the quizzes of a course of which people have something to mark."""
    return f"/study/manage/courses/{slug}/marking"


def to_quiz_marking(quiz_id: int) -> str:
    """Return the questions of a quiz that people mark."""
    return f"/study/manage/quizzes/{quiz_id}/marking"


def to_answer(quiz_id: int, question_id: int, code: str = "") -> str:
    """Return the page on which one answer is marked: that of a paper, or the next one that waits."""
    return f"/study/manage/quizzes/{quiz_id}/marking/{question_id}{f'?paper={code}' if code else ''}"


def for_answer_file(attempt_file_id: int) -> str:
    """Return a file that belongs to an answer."""
    return f"/study/attempts/files/{attempt_file_id}"


def to_key(question_id: int, query: str = "") -> str:
    """Return the page on which somebody says what is done about a wrong key."""
    return f"/study/manage/questions/{question_id}/key{f'?{query}' if query else ''}"


def to_key_of(question_id: int, quiz_id: int) -> str:
    """Return the same, for the papers of one quiz."""
    return f"/study/manage/questions/{question_id}/key?quiz={quiz_id}"


def to_key_file(question_id: int, query: str) -> str:
    """Return the sheet of a change of a key as a file."""
    return f"/study/manage/questions/{question_id}/key.csv?{query}"


def to_key_change(change_id: int) -> str:
    """Return what a change of a key did."""
    return f"/study/manage/key-changes/{change_id}"


def to_key_change_file(change_id: int) -> str:
    """Return the same as a file."""
    return f"/study/manage/key-changes/{change_id}/papers.csv"


def to_undo_key_change(change_id: int) -> str:
    """Where a change of a key is undone."""
    return f"/study/manage/key-changes/{change_id}/undo"


def to_doubt(attempt_id: int, position: int) -> str:
    """Where somebody says that a key is wrong."""
    return f"/study/attempts/{attempt_id}/doubts/{position}"


def to_paper(attempt_id: int) -> str:
    """Return a paper as those who mark see it, to comment on its questions."""
    return f"/study/manage/papers/{attempt_id}"


def to_comment(attempt_id: int, position: int) -> str:
    """Where a question of a paper is commented on."""
    return f"{to_paper(attempt_id)}/comments/{position}"
