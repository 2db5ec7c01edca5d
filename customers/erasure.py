"""A customer is forgotten: every personal value goes, what happened stays, nameless.

Anonymising keeps the points and the record, blocked and blank. Deleting ends both: the customer is nobody from then
on, in every face, and their e-mail address, phone and card number are free for somebody new. Neither can be undone.
docs/privacy.md lists what is kept where, and what becomes of it.
"""

import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import phonenumbers
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from customers import contact, pending_contacts, profile
from customers.events import CustomerAnonymized, CustomerErased
from customers.models import Customer, CustomerLabel, Invitation, PushToken, Segment, SegmentMember
from loyalty import events, reactions
from loyalty.actors import Actor
from loyalty.erasure import Traces

Status = Customer.Status

# Column of a customer -> what stands there afterwards.
BLANK: dict[str, Any] = {
    "first_name": "",
    "last_name": "",
    "gender": "",
    "birth_date": None,
    "email": "",
    "email_key": None,
    "phone": None,
    "card_number": None,
    "card_state": Customer.CardState.NO_CARD,
    **dict.fromkeys(profile.ADDRESS_FIELDS, ""),
    "company_name": "",
    "company_tax_id": "",
    "avatar": "",
    "password": "",
    "last_login_at": None,
    "subscribed_at": None,
}
# Words that many customers share say nothing about one; a password's digest and a file's random name neither.
_NOT_TELLING = frozenset({"gender", "card_state", "password", "avatar"})


def anonymize(customer: Customer, *, at: datetime, actor: Actor) -> Customer:
    """Take every personal value of a customer out, end their sessions, block the account, and return the customer.

    Points, purchases, level and history stay. Files go when the transaction commits.
    Raises: CustomerDeleted.
    Idempotent: who is blank already stays as they are.   Locks: the wallet, then the customer.
    """
    return _erase(customer, status=Status.BLOCKED, at=at, actor=actor)


def delete(customer: Customer, *, at: datetime, actor: Actor) -> None:
    """Do the same, expire the points that are left, and make the customer nobody.

    Purchases and movements stay as history of the store. The address is free for a new customer.
    Raises: CustomerDeleted.   Locks: the wallet, then the customer.
    """
    _erase(customer, status=Status.DELETED, at=at, actor=actor)


def _erase(customer: Customer, *, status: Customer.Status, at: datetime, actor: Actor) -> Customer:
    is_final = status is Status.DELETED
    with events.atomic():
        reactions.lock_before_customer(customer.pk)
        locked = profile.lock_even_anonymous(customer)
        if not is_final and locked.anonymized_at and not any(_values(locked)):
            return locked
        traces = _traces_of(locked, at=at, actor=actor, is_final=is_final)
        avatar = locked.avatar.name or ""
        _blank(locked, status=status, at=at)
        event = CustomerErased() if is_final else CustomerAnonymized()
        profile.record_changed(locked, event, at=at, actor=actor)
        for path in reactions.ERASERS:
            import_string(path)(traces)
        if avatar:
            # Files know no transaction: the picture goes only when the row surely no longer names it.
            transaction.on_commit(lambda: default_storage.delete(avatar))
    return locked


def _blank(customer: Customer, *, status: Customer.Status, at: datetime) -> None:
    for column, empty in BLANK.items():
        setattr(customer, column, empty)
    customer.status = status
    customer.anonymized_at = customer.anonymized_at or at
    customer.token_version += 1
    customer.version += 1
    extra: tuple[str, ...] = ("status", "anonymized_at", "token_version", "version", "updated_at")
    if status is Status.DELETED:
        # Nobody stands on a level: the level can be deleted too.
        customer.level, customer.level_is_manual = None, False
        extra += ("level", "level_is_manual")
    customer.save(update_fields=[*BLANK, *extra])


def forget_belongings(traces: Traces) -> None:
    """Take the customer out of what hangs on customers: labels, devices, segments, invitations either way.

    An invitation of theirs that is still open leads nowhere afterwards; of one that they got, the address goes.
    """
    for model in (CustomerLabel, PushToken):
        model._default_manager.filter(customer_id=traces.customer_id).delete()
    _forget_in_segments(traces)
    _leave_resting_segments(traces)
    addressed = Q(recipient_email_key__in=traces.contacts) | Q(recipient_phone__in=traces.contacts)
    theirs = Q(referrer_id=traces.customer_id) | Q(recipient_id=traces.customer_id)
    of_store = Invitation.objects.filter(addressed | theirs, store_id=traces.store_id)
    for invitation in of_store.only("pk"):
        Invitation.objects.filter(pk=invitation.pk).update(
            recipient_email="", recipient_email_key="", recipient_phone="", token=secrets.token_hex(20)
        )


def _forget_in_segments(traces: Traces) -> None:
    """Segments may list customers by e-mail, phone or card: such an entry goes.

    Only those that do are locked: a segment that is being refreshed is held for long.
    """
    contacts = frozenset(traces.contacts)
    of_store = Segment.objects.filter(store_id=traces.store_id).only("parts")
    naming = [segment.pk for segment in of_store if _without(segment.parts, contacts) != segment.parts]
    for segment in Segment.objects.filter(pk__in=naming).only("parts").select_for_update():
        Segment.objects.filter(pk=segment.pk).update(parts=_without(segment.parts, contacts))


def _leave_resting_segments(traces: Traces) -> None:
    """Active segments let go of the customer by themselves, as of anybody who is not active, and count anew."""
    resting = SegmentMember.objects.filter(customer_id=traces.customer_id, segment__is_active=False)
    left = list(resting.values_list("segment_id", flat=True))
    resting.delete()
    Segment.objects.filter(pk__in=left, customers_count__gt=0).update(
        customers_count=F("customers_count") - 1
    )


def _without(value: Any, contacts: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(each, contacts) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, contacts) for each in value if not _names(each, contacts)]
    return value


def _names(value: Any, contacts: frozenset[str]) -> bool:
    return isinstance(value, str) and bool({value, contact.fold_email(value)} & contacts)


def _traces_of(customer: Customer, *, at: datetime, actor: Actor, is_final: bool) -> Traces:
    return Traces(
        customer_id=customer.pk,
        store_id=customer.store_id,
        contacts=tuple(dict.fromkeys(_contacts(customer))),
        texts=tuple(dict.fromkeys(_values(customer))),
        at=at,
        actor=actor,
        is_final=is_final,
    )


def _contacts(customer: Customer) -> Iterator[str]:
    waiting = pending_contacts.waiting(customer)
    for text in (customer.email, customer.email_key, customer.phone, customer.card_number, waiting):
        if text:
            yield text
    if customer.phone and customer.phone.startswith("+"):
        # As tills and people write it: without the plus, or as at home.
        yield customer.phone[1:]
        yield str(phonenumbers.parse(customer.phone).national_number)


def _values(customer: Customer) -> Iterator[str]:
    """Give every personal value of a customer that is text, or reads as one."""
    yield from (text for text in (customer.full_name, _day(customer.birth_date)) if text)
    for column in BLANK:
        value = getattr(customer, column)
        if isinstance(value, str) and value and column not in _NOT_TELLING:
            yield value
    for label in customer.labels.all():
        yield from (text for text in (label.key, label.value) if text)
    yield from customer.push_tokens.values_list("token", flat=True)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
