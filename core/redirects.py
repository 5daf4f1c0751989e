"""Where a form may send the reader afterwards: paths of this site only."""

from urllib.parse import urlsplit


def safe_next(target: str, default: str = "/") -> str:
    r"""Return ``target`` if it is a plain path of ours, else ``default``.

    Browsers drop tabs and line breaks from addresses and read ``\\`` as ``/``, so neither may occur.
    """
    if not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return default
    if "\\" in target or any(ord(c) < 0x21 or ord(c) == 0x7F for c in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target
