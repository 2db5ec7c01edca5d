"""One effect per `Idempotency-Key`: a repeated write gets the stored answer, byte for byte.

1. A row for (scope, key) is inserted in a commit of its own, or found.
2. A transaction locks that row. Locked by another request: the first is still running, so 409.
3. An answered row is replayed, or refused (422) when the body differs. An unanswered one is ours: the write runs and
   its answer is stored in the same transaction as its effect, so a killed request leaves a row without an answer and
   without an effect, which the retry takes over.

Refused writes (4xx) are answers too and are replayed. A failure (5xx) or a throttled try (429)
rolls back and leaves the row unanswered.
Answers are kept encrypted: they repeat personal data and, of a new seller, the password.
The lock is a row lock on PostgreSQL; on SQLite the IMMEDIATE transaction lets one writer in at a time.
"""

import base64
import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from loyalty.models import IdempotencyKey
from loyalty.refusals import Refusal

MAX_KEY_LENGTH = 255
# In the place of a customer's id: the answer may name people who are found by no id (rows of a file that failed).
ANYBODY = "*"
_LOCK_NOT_AVAILABLE = "55P03"


class KeyTooLong(Refusal):
    code = "idempotency.key_too_long"
    message = "An idempotency key has 1 to 255 characters."


class KeyReused(Refusal):
    code = "idempotency.key_reused"
    message = "This idempotency key was used for another request."


class KeyInFlight(Refusal):
    code = "idempotency.in_flight"
    message = "The first request with this idempotency key is still running."


@dataclass(frozen=True)
class Answer:
    """A finished answer: what was sent, to be sent again."""

    status: int
    body: bytes
    headers: dict[str, str]
    # Ids of the customers that the write was about, others besides; ANYBODY where ids do not tell.
    subjects: frozenset[str] = frozenset()

    @property
    def is_passing(self) -> bool:
        """A failure (5xx) or a plea to wait (429): the same request may do better later, so it is not kept."""
        return self.status >= 500 or self.status == 429


class _Failed(Exception):
    """Carries a passing answer out of the transaction that it rolls back."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def scope_of(*, credential: str, method: str, path: str) -> str:
    """Give the scope of a key: one credential, one method, one path."""
    return hashlib.sha256("\n".join((credential, method, path)).encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(parts: Iterable[bytes]) -> str:
    """Give the digest by which two requests count as the same."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


def stored_key(scope: str, key: str) -> str:
    """Give the digest under which a key is kept: callers may make keys of somebody's name."""
    return digest_of([scope.encode(), key.encode("utf-8", "surrogatepass")])


def once(*, scope: str, key: str, digest: str, run: Callable[[], Answer]) -> tuple[Answer, bool]:
    """Run a write unless it was answered before; give the answer and whether it is a replay.

    Raises: KeyTooLong, KeyReused, KeyInFlight.
    Idempotent: on (`scope`, `key`).   Locks: the key's row, before anything that `run` locks.
    """
    if not 0 < len(key) <= MAX_KEY_LENGTH or "\x00" in key:
        raise KeyTooLong
    key = stored_key(scope, key)
    IdempotencyKey.objects.bulk_create(
        [IdempotencyKey(scope=scope, key=key, request_digest=digest)], ignore_conflicts=True
    )
    try:
        # Plain transaction.atomic(): capabilities inside stay the outermost events.atomic(), so what they record is
        # written (and reactions marked `now` run) before the answer is made.
        with transaction.atomic():
            row = _lock(scope, key)
            if row.response_status is not None:
                return _replay(row, digest), True
            answer = run()
            if answer.is_passing:
                raise _Failed(answer)
            _store(row, digest, answer)
            return answer, False
    except _Failed as failed:
        return failed.answer, False


def forget_answers_about(customer_id: str, *, naming: Collection[str] = ()) -> None:
    """Empty the kept answers of writes about a customer; a repeat of such a write is answered without a body.

    Answers about anybody (`ANYBODY`) are read, and emptied when they hold the id or one of the texts in `naming`.
    Looks through the keys of the last days, of which there is no index by customer: erasing is rare.
    """
    _empty(IdempotencyKey.objects.filter(subjects__contains=customer_id))
    sought = [customer_id, *(text.lower() for text in naming if text)]
    for row in IdempotencyKey.objects.filter(subjects__startswith=ANYBODY).iterator(chunk_size=100):
        answer = _read(row).decode("utf-8", "replace").lower()
        if any(text in answer for text in sought):
            _empty(IdempotencyKey.objects.filter(pk=row.pk))


def _empty(rows: QuerySet[IdempotencyKey]) -> None:
    rows.update(response_body=_cipher(settings.SECRET_KEY).encrypt(b""), response_headers={}, subjects="")


def _read(row: IdempotencyKey) -> bytes:
    try:
        return _cipher(settings.SECRET_KEY).decrypt(bytes(row.response_body or b""))
    except InvalidToken:
        return b""


def _lock(scope: str, key: str) -> IdempotencyKey:
    rows = IdempotencyKey.objects.filter(scope=scope, key=key)
    if connection.features.has_select_for_update_nowait:
        rows = rows.select_for_update(nowait=True)
    try:
        return rows.get()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise KeyInFlight from error
        raise


def _replay(row: IdempotencyKey, digest: str) -> Answer:
    if row.request_digest != digest:
        raise KeyReused
    try:
        body = _cipher(settings.SECRET_KEY).decrypt(bytes(row.response_body or b""))
    except InvalidToken as error:
        # Written under another SECRET_KEY: the answer is lost, and the effect must not happen again.
        raise KeyReused from error
    return Answer(status=row.response_status or 200, body=body, headers=dict(row.response_headers))


def _store(row: IdempotencyKey, digest: str, answer: Answer) -> None:
    row.request_digest = digest
    row.response_status = answer.status
    row.response_body = _cipher(settings.SECRET_KEY).encrypt(answer.body)
    row.response_headers = answer.headers
    row.subjects = " ".join(sorted(answer.subjects))
    row.save(
        update_fields=["request_digest", "response_status", "response_body", "response_headers", "subjects"]
    )


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Fernet:
    key = hashlib.sha256(f"loyalty:kept-answers:{secret}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
