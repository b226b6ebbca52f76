"""Identifiers that the site makes."""

import secrets
import uuid

import uuid_utils.compat

# Crockford's base 32 without U: no letter that reads like a digit, none that spells a word by accident.
# Source: https://www.crockford.com/base32.html
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7() -> uuid.UUID:
    """A fresh UUID of version 7 (RFC 9562): it sorts by the time of its making."""
    return uuid_utils.compat.uuid7()


def code(length: int) -> str:
    """A random code of `length` characters, five bits each, that can be read aloud and typed."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def read_code(typed: str) -> str:
    """What a person meant by the code she typed: case, spaces and hyphens fall away, O is 0, I and L are 1."""
    plain = "".join(typed.upper().split()).replace("-", "")
    return plain.translate(str.maketrans("OIL", "011"))
