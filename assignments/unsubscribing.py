"""The link at the end of a mail, which needs no sign-in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core import signing

_SALT: Final = "notices by mail"


def token_of(person: UUID) -> str:
    return signing.Signer(salt=_SALT).sign(person.hex)


def person_of(token: str) -> UUID | None:
    """Whose link it is; None for one that we did not make. It does not run out: the mail may be read years later."""
    try:
        return UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
