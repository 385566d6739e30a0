"""Paths, URLs and secrets of the embedded services. The settings use this module before Django is set up."""

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
_LONGEST_SOCKET_PATH = 90
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
DATABASE_NAME = "osmsite"
DATABASE_USER = "osmsite"


def socket_dir(data_dir: Path) -> Path:
    """Return the folder of both sockets: `run` in the data folder, or this user's own folder in the temporary one if
    that path is too long for a socket or contains characters with a meaning in URLs."""
    inside = data_dir / "run"
    if len(str(inside)) <= _LONGEST_SOCKET_PATH and _PLAIN_PATH.fullmatch(str(inside)):
        return inside
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"osmsite-{os.getuid()}-{digest}"


def lock_dir(data_dir: Path) -> Path:
    """Return the folder of the lock files, which tell who uses the embedded services and who runs them."""
    return data_dir / "locks"


def database_url(data_dir: Path) -> str:
    return f"postgresql://{DATABASE_USER}@/{DATABASE_NAME}?host={socket_dir(data_dir)}"


def redis_url(data_dir: Path) -> str:
    return f"unix://{socket_dir(data_dir)}/redis.sock"


def secret_key(data_dir: Path) -> str:
    """Return the secret key, which is generated at the first start and stored in the data folder (mode 0600)."""
    return stored_secret(data_dir / "secret_key", lambda: secrets.token_urlsafe(50))


def signing_key(data_dir: Path) -> str:
    """Return the RSA key (PEM) that signs OpenID Connect tokens; generated and stored like the secret key."""
    return stored_secret(data_dir / "signing_key.pem", _new_signing_key)


def _new_signing_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode()


def stored_secret(path: Path, generate: Callable[[], str]) -> str:
    """Return the text of the file (mode 0600), which is created if it does not exist."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    secret = generate().strip()
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret)
    try:
        # Of several processes that start at once, the first one wins, and none ever reads half a secret.
        path.hardlink_to(draft)
    except FileExistsError:
        return path.read_text().strip()
    finally:
        draft.unlink()
    return secret
