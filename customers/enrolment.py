"""Many new customers at once, from a partner's list: whoever is known stays as they are, the others are registered.

Everything that `registration.register_customer` promises of one holds for each of them, in a constant number of
statements for any number: uniqueness, level, wallet, event and audit entry. Besides, each gets a card number, so that
there is something to scan.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from customers import card_numbers, contact, levels, profile, registration
from customers.models import Customer, Level
from customers.profile import Profile
from customers.registration import Door
from loyalty import bulk, events
from loyalty.actors import Actor
from loyalty.models import Store
from loyalty.refusals import Refusal

# Addresses of one statement that looks.
_CHUNK = 500
# Somebody who registers the same people at the same moment costs another round.
_ROUNDS = 5


@dataclass(frozen=True)
class SignUp:
    """One person of the list. `subscribed_at`: when they asked for news, if the partner knows."""

    email: str
    first_name: str = ""
    last_name: str = ""
    is_unsubscribed: bool = False
    subscribed_at: datetime | None = None


@dataclass(frozen=True)
class Enrolled:
    """Ids by the addresses as they were given: who is new, and who was a customer before."""

    new: dict[str, UUID]
    found: dict[str, UUID]


def sign_up(store: Store, sign_ups: Sequence[SignUp], *, at: datetime, actor: Actor) -> Enrolled:
    """Register everybody of a list who is no customer yet, active at once, and tell who is who.

    Addresses are compared without letter case: one in two spellings is one person, described by its first row. Whom
    another request registers at the same moment is found, not new.
    Raises: EmailInvalid, InvalidProfileField at `sign_ups.<place>.<field>`. Nobody is registered then.
    Idempotent: on the addresses.   Locks: none; rows are inserted in order of address, so that two lists never wait
    for each other in a circle.
    """
    firsts: dict[str, int] = {}
    for place, person in enumerate(sign_ups):
        firsts.setdefault(contact.fold_email(person.email) or "", place)
    with events.atomic():
        known = _owners(store, list(firsts))
        level = levels.level_for_amount(store)
        built = {
            key: _build(store, sign_ups[firsts[key]], place=firsts[key], level=level, at=at)
            for key in sorted(firsts.keys() - known.keys())
        }
        owners = _insert(store, built)
        for key, customer in built.items():
            if owners[key] == customer.pk:
                _record(customer, at=at, actor=actor)
    return _told(sign_ups, known | owners, {customer.pk for customer in built.values()})


def _build(store: Store, person: SignUp, *, place: int, level: Level | None, at: datetime) -> Customer:
    customer = Customer(
        store=store,
        status=Customer.Status.ACTIVE,
        level=level,
        level_changed_at=at,
        created_at=at,
        is_unsubscribed=person.is_unsubscribed,
        subscribed_at=person.subscribed_at,
    )
    details: Profile = {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
    }
    try:
        profile.write_into(customer, details, at=at)
    except Refusal as refusal:
        refusal.at_field = f"sign_ups.{place}.{refusal.at_field}"
        raise
    return customer


def _insert(store: Store, built: Mapping[str, Customer]) -> dict[str, UUID]:
    """Insert customers by address, leaving out whom another request has just registered; give who has each address."""
    owners: dict[str, UUID] = {}
    for _ in range(_ROUNDS):
        waiting = [customer for key, customer in built.items() if key not in owners]
        numbers = card_numbers.new_card_numbers(store, len(waiting)) if waiting else []
        for customer, number in zip(waiting, numbers, strict=True):
            customer.card_number = number
        try:
            with transaction.atomic():
                bulk.insert(waiting)
        except IntegrityError:
            # Somebody registered one of them, or got one of the numbers, a moment before: look again who is missing.
            owners = _owners(store, list(built))
        else:
            return owners | {key: customer.pk for key, customer in built.items() if key not in owners}
    raise RuntimeError("somebody else keeps registering the same customers")


def _owners(store: Store, keys: Sequence[str]) -> dict[str, UUID]:
    """Give who has each of these addresses, where somebody has it."""
    owners: dict[str, UUID] = {}
    for start in range(0, len(keys), _CHUNK):
        some = bulk.among(keys[start : start + _CHUNK])
        rows = Customer.objects.filter(store=store, email_key__in=some)
        owners.update((key, pk) for key, pk in rows.values_list("email_key", "pk") if key is not None)
    return owners


def _record(customer: Customer, *, at: datetime, actor: Actor) -> None:
    profile.record_changed(customer, registration.registered(customer, door=Door.PARTNER), at=at, actor=actor)


def _told(sign_ups: Iterable[SignUp], owners: Mapping[str, UUID], built: Container[UUID]) -> Enrolled:
    told = Enrolled(new={}, found={})
    for person in sign_ups:
        owner = owners[contact.fold_email(person.email) or ""]
        (told.new if owner in built else told.found)[person.email] = owner
    return told
