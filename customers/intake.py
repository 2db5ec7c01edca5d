"""Register a group of customers at once, as files bring them: one that is refused stays out, the others land.

What `registration.register_customer` promises of one holds for each of them, in a constant number of statements for
any number: uniqueness, references, level, labels, wallet, events and audit entries.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Model

from customers import activation, levels, profile, registration
from customers.levels import UnknownLevel
from customers.models import Customer, Level
from customers.profile import Profile
from customers.refusals import CardNumberTaken, EmailTaken, PhoneTaken, UnknownPointOfSale, UnknownSeller
from customers.registration import Door
from loyalty import bulk, events
from loyalty.actors import Actor
from loyalty.models import PointOfSale, Seller, Store
from loyalty.refusals import Refusal

# The columns that hold one customer each, and what is said to the second.
_UNIQUE: dict[str, type[Refusal]] = {
    "email_key": EmailTaken,
    "phone": PhoneTaken,
    "card_number": CardNumberTaken,
}
_REFERENCES: dict[str, tuple[type[Model], type[Refusal]]] = {
    "point_of_sale_id": (PointOfSale, UnknownPointOfSale),
    "seller_id": (Seller, UnknownSeller),
}


@dataclass(frozen=True)
class Applicant:
    """Somebody to register. `wants_activation`: who is not active yet is sent a link or code."""

    details: Profile
    is_active: bool
    wants_activation: bool = False


@dataclass(frozen=True)
class _Lookups:
    """What is read once for a group: where everybody starts, and which of the things they name there are."""

    first_level: Level | None
    levels: dict[UUID, Level]
    known: dict[str, Collection[UUID]]
    taken: dict[str, set[str]] = field(default_factory=dict)


def register_group(
    store: Store, applicants: Sequence[Applicant], *, door: Door, at: datetime, actor: Actor
) -> list[UUID | Refusal]:
    """Register everybody who can be, and give for each the id or why not, in the order of the applicants.

    Of two who share an e-mail, phone or card number the first is registered, unless refused for something else.
    Raises: IntegrityError when somebody else registers one of them at the same moment, and the transaction cannot go
    on: the caller holds a savepoint and does them one by one.
    """
    with events.atomic():
        built: list[Customer | Refusal] = [_build(store, each, door=door, at=at) for each in applicants]
        lookups = _read(store, applicants, [each for each in built if isinstance(each, Customer)])
        settled = [
            _admit(each, applicant, lookups) if isinstance(each, Customer) else each
            for each, applicant in zip(built, applicants, strict=True)
        ]
        landed = [
            (each, applicant)
            for each, applicant in zip(settled, applicants, strict=True)
            if isinstance(each, Customer)
        ]
        for customer, applicant in landed:
            _record(customer, applicant, lookups, door=door, at=at, actor=actor)
        bulk.create([customer for customer, _ in landed])
        bulk.create(
            [
                row
                for customer, each in landed
                for row in profile.label_rows(customer, each.details.get("labels", []))
            ]
        )
    return [each.pk if isinstance(each, Customer) else each for each in settled]


def _build(store: Store, applicant: Applicant, *, door: Door, at: datetime) -> Customer | Refusal:
    """Put what an applicant says into a row in memory; what it refers to is looked up later, for all."""
    customer = Customer(store=store, created_at=at, level=None)
    details = {name: value for name, value in applicant.details.items() if name not in _REFERENCES}
    try:
        profile.write_into(customer, cast(Profile, details), at=at)
    except Refusal as refusal:
        return refusal
    customer.status = registration.first_status(store, door=door, is_active=applicant.is_active)
    customer.level_changed_at = customer.created_at
    return customer


def _read(store: Store, applicants: Sequence[Applicant], built: Sequence[Customer]) -> _Lookups:
    wants_level = any(each.details.get("level_id") for each in applicants)
    lookups = _Lookups(
        first_level=levels.level_for_amount(store),
        levels=levels.active_levels(store) if wants_level else {},
        known={
            name: _existing(store, model, {each.details.get(name) for each in applicants})
            for name, (model, _) in _REFERENCES.items()
        },
    )
    for column in _UNIQUE:
        wanted = {value for each in built if (value := getattr(each, column))}
        held = (
            Customer.objects.filter(store=store, **{f"{column}__in": bulk.among(wanted)}) if wanted else None
        )
        lookups.taken[column] = set(held.values_list(column, flat=True)) if held is not None else set()
    return lookups


def _existing(store: Store, model: type[Model], wanted: Iterable[Any]) -> set[UUID]:
    ids = {each for each in wanted if each is not None}
    found = model._default_manager.filter(store_id=store.pk, pk__in=ids)
    return set(found.values_list("pk", flat=True)) if ids else set()


def _admit(customer: Customer, applicant: Applicant, lookups: _Lookups) -> Customer | Refusal:
    """Check a row against what there is and who came before it, and let it take its place among them."""
    for name, (_, unknown) in _REFERENCES.items():
        wanted = cast(UUID | None, applicant.details.get(name))
        if wanted is not None and wanted not in lookups.known[name]:
            return unknown()
        setattr(customer, name, wanted)
    for column, refusal in _UNIQUE.items():
        if getattr(customer, column) in lookups.taken[column]:
            return refusal()
    level_id = applicant.details.get("level_id")
    if level_id and level_id not in lookups.levels:
        return UnknownLevel()
    for column, taken in lookups.taken.items():
        if value := getattr(customer, column):
            taken.add(value)
    return customer


def _record(
    customer: Customer, applicant: Applicant, lookups: _Lookups, *, door: Door, at: datetime, actor: Actor
) -> None:
    """Say what becomes of a customer who is about to be inserted, and put them on their level."""
    customer.level = lookups.first_level
    profile.record_changed(customer, registration.registered(customer, door=door), at=at, actor=actor)
    level_id = applicant.details.get("level_id")
    if level_id:
        levels.put_by_hand(customer, lookups.levels[level_id], at=at, actor=actor)
    if applicant.wants_activation:
        activation.request_activation(customer, at=at, actor=actor)
