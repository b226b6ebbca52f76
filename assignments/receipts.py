"""The receipt of a hand-in: a short code that anybody may check, and a signature that only this site can make."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from destalin_site.common import ids

if TYPE_CHECKING:
    from assignments.models import Attempt

_SIGNER: Final = "assignments.receipt"
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is told to whoever holds the code: when, and the digest of what. Nothing of whom."""

    code: str
    received_at: dt.datetime
    body_sha256: str
    signature: str
    genuine: bool


def new_code() -> str:
    """Eight characters without look-alikes, such as K7QM-4D2X."""
    plain = ids.code(2 * _GROUP)
    return f"{plain[:_GROUP]}-{plain[_GROUP:]}"


def sign(code: str, body_sha256: str, received_at: dt.datetime) -> str:
    return _signer().signature(_statement(code, body_sha256, received_at))


def of(attempt: Attempt) -> Receipt:
    statement = _statement(attempt.receipt_code, attempt.body_sha256, attempt.received_at)
    # All keys that the site has had count, so that changing the secret leaves receipts valid.
    genuine = any(
        constant_time_compare(attempt.receipt_signature, Signer(key=key, salt=_SIGNER).signature(statement))
        for key in (_signer().key, *_signer().fallback_keys)
    )
    return Receipt(attempt.receipt_code, attempt.received_at, attempt.body_sha256, attempt.receipt_signature, genuine)


def check(typed: str) -> Receipt | None:
    """The receipt of this code, however it was typed; None when there is none."""
    from assignments.models import Attempt

    plain = ids.read_code(typed)
    attempt = Attempt.objects.filter(receipt_code=f"{plain[:_GROUP]}-{plain[_GROUP:]}").first()
    return of(attempt) if attempt is not None else None


def _statement(code: str, body_sha256: str, received_at: dt.datetime) -> str:
    return f"{code} {body_sha256} {received_at.astimezone(dt.UTC).isoformat()}"


def _signer() -> Signer:
    return Signer(salt=_SIGNER)
