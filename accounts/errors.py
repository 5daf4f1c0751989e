"""What can go wrong with accounts, in words for the person."""

from core.errors import Conflict, Denied, Invalid, NotFound, TooMany
from core.i18n import _l


class PasswordTooShort(Invalid):
    """A new password has too few characters."""

    message = _l("The password needs %(needed)s characters; it has %(has)s.")


class PasswordTooLong(Invalid):
    """A new password has too many characters."""

    message = _l("The password may have at most %(allowed)s characters.")


class PasswordCommon(Invalid):
    """A new password is one of the first that others would try."""

    message = _l(
        "This password is easy to guess: many people use it, or it is your name. Choose another; a sentence is fine."
    )


class PasswordWrong(Invalid):
    """The present password was asked for and is not this."""

    message = _l("This is not your present password.")


class SignInRefused(Invalid):
    """Name or password is wrong; which of them is not said."""

    message = _l(
        "The user name or the password is wrong; please try again. Not confirmed yet? Open the link in the mail we sent"
        " you; “Forgot the password” sends it again."
    )


class TooManyTries(TooMany):
    """Too many wrong passwords for this account or from this address."""

    message = _l("Too many wrong tries. Wait %(minutes)s minutes, or set a new password by e-mail.")


class AccountWaiting(Invalid):
    """The password is right, but the branch has not yet admitted the applicant."""

    message = _l(
        "Your branch has not yet checked your application. You get a mail when it has; what is public you can read now."
    )


class AccountSuspended(Invalid):
    """The password is right, but the account is suspended."""

    message = _l("This account is suspended. The mail you were sent says why; the head of your branch can help.")


class UsernameInvalid(Invalid):
    """A username has the wrong length or characters that are not allowed."""

    message = _l(
        "A user name has %(least)s to %(most)s characters: letters, Chinese characters, digits; between them . _ or -"
    )


class UsernameReserved(Invalid):
    """A username would pass for somebody official."""

    message = _l("This user name is kept for the site. Choose another.")


class UsernameTaken(Conflict):
    """Another person has this username, or one that looks the same."""

    message = _l("This user name is taken. Choose another.")


class NameMissing(Invalid):
    """No name was given."""

    message = _l("Enter a name.")


class NameTooLong(Invalid):
    """A display name is too long."""

    message = _l("A name may have at most %(allowed)s characters.")


class EmailInvalid(Invalid):
    """Not an e-mail address."""

    message = _l("This is not an e-mail address. It looks like name@example.org.")


class EmailTaken(Conflict):
    """The address belongs to another account; said to staff only."""

    message = _l("Another account has this e-mail address.")


class LinkUnusable(Invalid):
    """A link from a mail was used, replaced by a newer one, or is too old."""

    status = 410
    message = _l("This link no longer works: it was used already, a newer one was sent, or it is too old.")


class SignUpClosed(Denied):
    """The site takes new members by invitation only."""

    message = _l("New members join by invitation. Ask the head of your branch for one.")


class TooManyMails(TooMany):
    """One address or one client asked for too many mails."""

    message = _l("That was too often. Please wait an hour and try again.")


class AlreadyDecided(Conflict):
    """Somebody else has decided on this application."""

    message = _l("Somebody else has already decided on this application.")


class GrantsTooMuch(Denied):
    """Nobody grants or takes away a role that they do not hold themselves in that branch or above it."""

    message = _l("You can give and take only offices that you hold yourself, in your branch and below it.")


class LastAdministrator(Conflict):
    """The site would be left without an administrator."""

    message = _l("This is the last administrator. Make somebody else administrator first.")


class NotYourself(Denied):
    """Some acts on an account are for others to do."""

    message = _l("You cannot do this to your own account.")


class BranchSlugInvalid(Invalid):
    """The short name of a branch cannot stand in an address."""

    message = _l("The address name has small letters a to z, digits and hyphens, at most %(allowed)s.")


class BranchSlugTaken(Conflict):
    """Two branches cannot share one address."""

    message = _l("Another branch has this address name.")


class BranchInsideItself(Conflict):
    """A branch cannot be moved below itself."""

    message = _l("A branch cannot be moved below itself.")


class AlreadyMember(Conflict):
    """The person belongs to this branch already."""

    message = _l("This person belongs to the branch already.")


class LineRefused(Invalid):
    """A line of a list names a branch that does not exist."""

    message = _l("There is no branch “%(branch)s”.")


class UnknownMember(NotFound):
    """Nobody has that name."""

    message = _l("Nobody here is called %(name)s.")
