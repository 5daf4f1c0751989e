"""Rights over people and branches."""

from core.permissions import Actor, Permission, Role, allow


class AccountPermission(Permission):
    """What may be done with accounts and branches."""

    SEE_MEMBERS = "accounts.see_members"
    INVITE = "accounts.invite"
    ADMIT = "accounts.admit"
    GRANT = "accounts.grant"
    SUSPEND = "accounts.suspend"
    MANAGE_BRANCHES = "accounts.manage_branches"


allow(Role.MEMBER, AccountPermission.SEE_MEMBERS)
allow(Role.OFFICER, AccountPermission.INVITE, AccountPermission.ADMIT, AccountPermission.GRANT)
# Suspending people and shaping the tree are left to administrators, who hold every right.


def grantable_roles(actor: Actor, path: str) -> list[Role]:
    """Return the roles this person may give or take at the branch with this path: those held there themselves."""
    if not actor.may(AccountPermission.GRANT, path):
        return []
    held = {held.role for held in actor.roles if path.startswith(held.path)}
    offices: list[Role] = [role for role in Role if role is not Role.MEMBER]
    return offices if Role.ADMINISTRATOR in held else [role for role in offices if role in held]
