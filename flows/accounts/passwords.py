"""Passwords: kept as Argon2id hashes, compared in the same time whether a login exists or not."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 12


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _of_nobody() -> str:
    return _hasher().hash("nobody's")


def hashed(password: str) -> str:
    """The hash that is kept."""
    return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was hashed; without one it takes just as long, and is not."""
    try:
        return _hasher().verify(kept or _of_nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
