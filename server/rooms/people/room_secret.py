"""Secrets of rooms, and what is kept of an owner's. ``owner.py`` and ``journal.py`` use them."""

import hashlib
import secrets
from typing import Final

#: Bytes of a secret: 128 bits, which nobody guesses.
SECRET_BYTES: Final = 16


def new_secret() -> str:
    """Return a new secret, as text for a link.

    Example:
        >>> len(new_secret())
        22
    """
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """Return what is kept of a secret. It has 128 bits of chance: a slow hash would protect nothing more.

    Example:
        >>> hash_of("a secret") == hash_of("a secret"), len(hash_of("a secret"))
        (True, 64)
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_secret_of(secret: str, kept: str) -> bool:
    """Say whether a secret is the one that a hash was kept of; the time that it takes tells nothing.

    Example:
        >>> is_secret_of("a secret", hash_of("a secret")), is_secret_of("another", hash_of("a secret"))
        (True, False)
    """
    return bool(kept) and secrets.compare_digest(hash_of(secret), kept)
