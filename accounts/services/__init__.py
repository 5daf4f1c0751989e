"""All writes about people and branches. Services flush; whoever calls them commits."""

from accounts.services.setting_up import ensure_root, first_administrator_link, set_up_link

__all__ = ["ensure_root", "first_administrator_link", "set_up_link"]
