"""What is refused about quizzes, questions and papers."""

from typing import Any

from core.errors import Conflict, Invalid
from core.i18n import _l


class QuizNotEnrolled(Conflict):
    """Only members who take the course have papers."""

    message = _l("Enrol in the course first; then you can take its quizzes.")


class AttemptsExhausted(Conflict):
    """All attempts are used up."""

    message = _l("You have used all %(allowed)s attempts of this quiz.")


class ExamReleased(Conflict):
    """Its results are told, so that whoever tried again would find out what is right."""

    message = _l("The results of this exam are released, so it takes no further attempt.")


class QuizNotOpen(Conflict):
    """It opens later."""

    message = _l("This quiz is not open yet.")


class QuizClosed(Conflict):
    """No paper is begun any more."""

    message = _l("This quiz is closed.")


class AttemptTooSoon(Conflict):
    """There is a pause between two papers."""

    message = _l("There is a pause between two attempts. Try again later.")


class QuizPasswordWrong(Conflict):
    """It is begun with a password."""

    message = _l("That is not the password of this quiz.")


class QuizEmpty(Conflict):
    """There is nothing to ask yet."""

    message = _l("This quiz has no questions yet.")


class AttemptLate(Conflict):
    """The time was up; the paper was handed in with what it had."""

    message = _l("Time was up. The answers that arrived in time were handed in; later ones were not taken.")


class AttemptClosed(Conflict):
    """The paper was handed in before; nothing was changed."""

    message = _l("This paper was handed in before. Nothing was changed.")


class QuestionIncomplete(Invalid):
    """The author left out what makes a question answerable; ``problem`` says what."""

    def __init__(self, problem: Any, **words: object) -> None:
        super().__init__(**words)
        self.problem = problem

    def __str__(self) -> str:
        return str(self.problem) % self.words


class QuestionAsked(Conflict):
    """A quiz asks the latest version that is ready, so there must be one."""

    status = 422
    message = _l("A quiz asks this question, so it keeps a version that is ready.")


class AskedElsewhere(Conflict):
    """Authors of other courses build on a question: whoever retires it says so knowingly."""

    status = 422
    message = _l(
        "Quizzes of other courses ask what would be retired (questions: %(num)s). "
        "Tick that you know it, then do it again."
    )


class ShareRefused(Conflict):
    """A bank is shared upwards: with the branch of its course, or with one above."""

    status = 422
    message = _l("A bank is shared with the branch of its course, or with one above.")


class DrawEmpty(Conflict):
    """Nothing fits what a place would draw."""

    status = 422
    message = _l("No question that is ready fits this.")


class QuizSettled(Conflict):
    """Members have papers of it."""

    message = _l("Members have taken this quiz already, so it cannot be deleted.")


class LastQuestion(Conflict):
    """A quiz in a published course keeps a question."""

    status = 422
    message = _l(
        "The lesson “%(title)s” of a published course asks this quiz, so it keeps at least one question. "
        "Archive the course or take it back to draft first."
    )


class QuizInUse(Conflict):
    """A lesson of a published course asks the quiz."""

    status = 422
    message = _l("The lesson “%(title)s” of a published course asks this quiz. Change or delete the lesson first.")


class MarkingBegun(Conflict):
    """How answers are marked stays as it is once somebody has marked one."""

    status = 422
    message = _l("Answers of this quiz have been marked already, so the way in which people mark stays as it is.")


class KeyBusy(Conflict):
    """Papers are being marked again because of the change before."""

    message = _l("Papers are still being marked again after the last change of this key. Wait a moment.")


class KeySheetChanged(Conflict):
    """What a change of a key would do is not what its author has seen."""

    message = _l("The sheet has changed since you saw it. Look again before you change the key; your reason is kept.")


class KeyChangedSince(Conflict):
    """A change is undone only when no later one rests on it."""

    message = _l("The key of this question was changed once more since. Undo the later change first.")


class KeyUndone(Conflict):
    """It was undone already."""

    message = _l("This change is undone already.")


class KeyOfNoQuiz(Invalid):
    """The sheet names a quiz of which no paper asks the question."""

    message = _l("No paper of that quiz asks this question. Choose the quiz again.")


class KeyUnfit(Invalid):
    """The new version asks something else than the papers did."""

    message = _l("The answers of these papers cannot be marked by that version: it asks something else.")


class PaperTooLong(Conflict):
    """A quiz asks more than is printed on one paper."""

    status = 422
    message = _l("This quiz asks %(count)s questions; at most %(limit)s are printed on one paper.")


class TooManyForms(Conflict):
    """A quiz has too many printed forms."""

    status = 422
    message = _l("A quiz has at most %(limit)s printed forms. Delete those you no longer need.")
