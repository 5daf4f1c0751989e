"""Links to the pages of an office, shown to those who hold it."""

from core.i18n import _
from core.permissions import Actor, Role
from moderation.queries import count_cases


def places_of(actor: Actor) -> list[tuple[str, str]]:
    """Return (words, address) for each staff page this person may open."""
    held = {role.role for role in actor.roles}
    everything = Role.ADMINISTRATOR in held
    found = []
    if everything or Role.INSTRUCTOR in held:
        found.append((_("Write courses"), "/study/manage/"))
    if everything or Role.OFFICER in held:
        found.append((_("Progress of the branch"), "/study/reports/"))
        found.append((_("Applications to join"), "/account/applications"))
    if everything or Role.MODERATOR in held:
        waiting = count_cases(actor)
        words = _("Moderation queue (%(num)s)", num=waiting) if waiting else _("Moderation queue")
        found.insert(0, (words, "/moderation/queue"))
    if held & {Role.ADMINISTRATOR, Role.MODERATOR, Role.OFFICER}:
        found.append((_("Translations to approve"), "/forum/translations"))
    if everything:
        found.append((_("Administration"), "/admin/"))
    return found
