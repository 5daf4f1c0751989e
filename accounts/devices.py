"""What a browser says of itself, in words a person knows."""

from core.i18n import _, _l

# The first that fits: most browsers also name those whose pages they want to be given.
_BROWSERS = (
    ("MicroMessenger/", _l("WeChat")),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def words(user_agent: str) -> str:
    """Return browser and system, as far as they are known: “Chrome · Linux”."""
    found = [next((str(name) for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name) or _("Unknown device")
