"""The site's own key for signing badges: made on first use, kept beside the data, readable by the owner only.

The library is imported where it is used: it brings 10 MB that a web worker needs for nothing else.
"""

import json
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app

ALGORITHM = "RS256"
"""The one every verifier of Open Badges must know."""

BITS = 2048


def _path() -> Path:
    return Path(current_app.config["DATA"]) / "badge-key.pem"


def signing_key() -> Any:
    """Return the private key, made if there is none."""
    path = _path()
    if not path.exists():
        _make(path)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Any:
    from joserfc.jwk import RSAKey  # noqa: PLC0415 -- as said above

    return RSAKey.import_key(path.read_bytes())


def _make(path: Path) -> None:
    """Make a key. Of several processes that do so at once one wins, and all read its key."""
    from joserfc.jwk import RSAKey  # noqa: PLC0415 -- as said above

    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(RSAKey.generate_key(BITS).as_pem(private=True))
            out.flush()
            os.fsync(out.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def public_key() -> dict[str, Any]:
    """Return the public part as JSON Web Key; its name is its own thumbprint."""
    key = signing_key()
    found: dict[str, Any] = key.as_dict(private=False)
    return {**found, "kid": key.thumbprint(), "alg": ALGORITHM, "use": "sig"}


def _json(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def sign(payload: dict[str, Any], key_address: str) -> str:
    """Return a compact JWS of a payload whose header says where the public key is found."""
    from joserfc import jws  # noqa: PLC0415 -- as said above

    header = {"alg": ALGORITHM, "kid": key_address, "typ": "JWT"}
    return jws.serialize_compact(header, _json(payload), signing_key(), algorithms=[ALGORITHM])
