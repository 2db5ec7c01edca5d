"""What a customer says about themselves: read into the row by one set of rules, whoever writes it down.

A field that is not given stays; an empty one is cleared. Address and company are compound: given, they are replaced
as a whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypedDict, TypeVar
from uuid import UUID

from django.db import IntegrityError, models

from customers import contact, identification, levels, pending_contacts
from customers.events import (
    CustomerUpdated,
    EmailChanged,
    PhoneChanged,
    PointOfSaleAssigned,
    SubscriptionChanged,
)
from customers.models import Customer, CustomerLabel
from customers.refusals import (
    CardNumberTaken,
    CompanyIncomplete,
    CustomerAnonymized,
    CustomerDeleted,
    EmailTaken,
    InvalidProfileField,
    PhoneInvalid,
    PhoneTaken,
    ProfileEditsClosed,
    UnknownPointOfSale,
    UnknownSeller,
)
from loyalty import events, knocks, reactions, throttles
from loyalty.actors import Actor, ActorKind
from loyalty.countries import CODES
from loyalty.events import Subject
from loyalty.models import PointOfSale, Seller
from loyalty.refusals import Refusal


class Label(TypedDict):
    key: str
    value: str


class Address(TypedDict, total=False):
    street: str
    address1: str
    address2: str
    postal: str
    city: str
    province: str
    country: str


class Company(TypedDict, total=False):
    name: str
    tax_id: str


class Profile(TypedDict, total=False):
    """What may be written down about a customer; a missing key leaves the field as it is."""

    first_name: str
    last_name: str
    gender: str
    birth_date: date | None
    email: str
    phone: str
    card_number: str
    address: Address
    company: Company
    labels: list[Label]
    agreement1: bool
    agreement2: bool
    agreement3: bool
    created_at: datetime | None
    level_id: UUID | None
    point_of_sale_id: UUID | None
    seller_id: UUID | None


ADDRESS_FIELDS = ("street", "address1", "address2", "postal", "city", "province", "country")
AGREEMENTS = frozenset({"agreement1", "agreement2", "agreement3"})
_CARD_CONSTRAINTS = (
    "customer_card_once_per_store",
    "customer_card_in_one_spelling",
    "customers_customer.card_number",
)
_SIMPLE = AGREEMENTS | {"first_name", "last_name", "gender", "birth_date"}
# How many addresses of others customers may name as theirs in a while.
_TAKEN_CONTACTS, _TAKEN_WINDOW = 10, timedelta(hours=1)
_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True)
class Changes:
    """What writing a profile into a row changed: columns to save, and the names that events tell."""

    columns: tuple[str, ...]
    names: tuple[str, ...]


def update_profile(customer: Customer, *, profile: Profile, at: datetime, actor: Actor) -> Customer:
    """Change what is given of a customer's profile and return the customer.

    Where the programme wants contacts confirmed, a customer's own new e-mail address or phone waits for that
    (`pending_contacts`); everything else changes at once.
    Raises: EmailTaken, PhoneTaken, CardNumberTaken, EmailInvalid, PhoneInvalid, CompanyIncomplete,
    InvalidProfileField, UnknownPointOfSale, UnknownSeller, levels.UnknownLevel, ProfileEditsClosed (a customer, where
    the programme keeps profiles to staff; agreements stay open), knocks.TooManyRequests (a customer whose contacts
    change all the time or are others'), CustomerDeleted, CustomerAnonymized. Nothing is written then.
    Idempotent: what is already so changes nothing and records nothing.
    Locks: the customer; where a level is released, the wallet before them.
    """
    if actor.kind is not ActorKind.CUSTOMER or profile.keys().isdisjoint({"email", "phone"}):
        return _update_profile(customer, profile, at=at, actor=actor)
    # That an address is taken tells who is a customer.
    with throttles.guessing(
        {f"taken-contacts:{customer.pk}": _TAKEN_CONTACTS},
        window=_TAKEN_WINDOW,
        wrong=(EmailTaken, PhoneTaken),
        too_many=knocks.TooManyRequests(minutes=throttles.minutes_of(_TAKEN_WINDOW)),
    ):
        return _update_profile(customer, profile, at=at, actor=actor)


def _update_profile(customer: Customer, profile: Profile, *, at: datetime, actor: Actor) -> Customer:
    with events.atomic():
        if "level_id" in profile and profile["level_id"] is None:
            reactions.lock_before_customer(customer.pk)
        locked = lock(customer)
        _refuse_closed_edits(locked, profile, actor)
        if "company" in profile:
            _refuse_half_a_company(profile["company"])
        profile = _hold_contact(locked, profile, at=at, actor=actor)
        changes = write_into(locked, profile, at=at)
        names = [*changes.names, *_write_labels(locked, profile)]
        if names:
            locked.version += 1
            save(locked, update_fields=[*changes.columns, "version", "updated_at"])
            record_updated(locked, names, at=at, actor=actor)
        if "level_id" in profile:
            _change_level(locked, profile["level_id"], at=at, actor=actor)
    return locked


def assign_point_of_sale(
    customer: Customer, point_of_sale_id: UUID, *, at: datetime, actor: Actor
) -> Customer:
    """Make a point of sale the customer's own and return the customer.

    Raises: UnknownPointOfSale, CustomerDeleted, CustomerAnonymized.   Locks: the customer.
    """
    with events.atomic():
        locked = lock(customer)
        write_into(locked, {"point_of_sale_id": point_of_sale_id}, at=at)
        locked.version += 1
        locked.save(update_fields=["point_of_sale", "version", "updated_at"])
        record_changed(
            locked, PointOfSaleAssigned(point_of_sale_id=str(point_of_sale_id)), at=at, actor=actor
        )
    return locked


def lock(customer: Customer) -> Customer:
    """Lock a customer who is to be written to, and give them as they are now.

    Raises: CustomerDeleted, CustomerAnonymized, also for who became so since the caller looked.
    """
    locked = lock_even_anonymous(customer)
    if locked.anonymized_at is not None:
        raise CustomerAnonymized
    return locked


def lock_even_anonymous(customer: Customer) -> Customer:
    """Lock a customer about whom nothing new is written down, and give them as they are now.

    Raises: CustomerDeleted, also for who was deleted since the caller looked.
    """
    locked = Customer.objects.select_for_update(of=("self",)).select_related("store").get(pk=customer.pk)
    if locked.status == Customer.Status.DELETED:
        raise CustomerDeleted
    return locked


def write_into(customer: Customer, profile: Profile, *, at: datetime) -> Changes:
    """Put a profile into the row in memory and say what changed. Labels and level are not columns of it.

    Raises: as `update_profile`.
    """
    before = {field.attname: getattr(customer, field.attname) for field in Customer._meta.concrete_fields}
    for name, value in profile.items():
        if name in _SIMPLE:
            setattr(customer, name, value)
    if profile.get("agreement2"):
        # Who consents to marketing wants the news again (`subscriptions`).
        customer.is_unsubscribed = False
    if profile.get("created_at"):
        customer.created_at = profile["created_at"] or customer.created_at
    _write_contacts(customer, profile)
    if "address" in profile:
        for name in ADDRESS_FIELDS:
            setattr(customer, name, profile["address"].get(name, ""))
    if "company" in profile:
        customer.company_name = profile["company"].get("name", "")
        customer.company_tax_id = profile["company"].get("tax_id", "")
    _write_references(customer, profile)
    columns = tuple(name for name, value in before.items() if getattr(customer, name) != value)
    _refuse_too_long(customer, columns)
    _refuse_unknown_words(customer, columns, at=at)
    return Changes(columns=columns, names=tuple(name for name in columns if name != "email_key"))


def save(customer: Customer, *, update_fields: Iterable[str] | None = None) -> None:
    """Save the row, turning a broken uniqueness into its refusal; without `update_fields` the row is new.

    Raises: EmailTaken, PhoneTaken, CardNumberTaken. The transaction cannot go on then.
    """
    try:
        customer.save(force_insert=update_fields is None, update_fields=update_fields)
    except IntegrityError as error:
        refusal = _refusal_for(error)
        if refusal is None:
            raise
        raise refusal from error


def add_labels(customer: Customer, labels: Iterable[Label]) -> None:
    """Hang labels on a customer who has none yet, each once."""
    CustomerLabel.objects.bulk_create(label_rows(customer, labels))


def label_rows(customer: Customer, labels: Iterable[Label]) -> list[CustomerLabel]:
    """Give the rows that hang labels on a customer, each once, not saved yet."""
    pairs = dict.fromkeys((label["key"], label["value"]) for label in labels)
    return [
        CustomerLabel(customer=customer, store_id=customer.store_id, key=key, value=value)
        for key, value in pairs
    ]


def record_changed(customer: Customer, event: events.Event, *, at: datetime, actor: Actor) -> None:
    """Say what happened to a customer."""
    events.record(
        event, store_id=customer.store_id, actor=actor, subject=Subject.customer(customer.pk), at=at
    )


def record_updated(customer: Customer, names: list[str], *, at: datetime, actor: Actor) -> None:
    """Say which fields of a customer have changed; new contacts are news of their own."""
    record_changed(customer, CustomerUpdated(fields=names), at=at, actor=actor)
    if "is_unsubscribed" in names:
        record_changed(customer, SubscriptionChanged(is_unsubscribed=False), at=at, actor=actor)
    if "email" in names:
        record_changed(customer, EmailChanged(), at=at, actor=actor)
    if "phone" in names:
        record_changed(customer, PhoneChanged(), at=at, actor=actor)


def _hold_contact(customer: Customer, profile: Profile, *, at: datetime, actor: Actor) -> Profile:
    """Take out of a profile what the customer has to confirm first, and have it wait."""
    rest = profile.copy()
    match pending_contacts.held_field(customer, actor=actor):
        case "email" if profile.get("email", "").strip():
            pending_contacts.hold_email(customer, rest.pop("email"), at=at, actor=actor)
        case "phone" if profile.get("phone", "").strip():
            pending_contacts.hold_phone(customer, rest.pop("phone"), at=at, actor=actor)
    return rest


def _refuse_closed_edits(customer: Customer, profile: Profile, actor: Actor) -> None:
    closed = not customer.store.programme.allow_customers_profile_edits
    if closed and actor.kind is ActorKind.CUSTOMER and not profile.keys() <= AGREEMENTS:
        raise ProfileEditsClosed


def _refuse_half_a_company(company: Company) -> None:
    # A company is a name with a tax id; half of one would erase the other half.
    if company and len(company) == 1:
        raise CompanyIncomplete(field="company.tax_id" if "name" in company else "company.name")


def _write_contacts(customer: Customer, profile: Profile) -> None:
    if "email" in profile:
        customer.email = profile["email"].strip()
        customer.email_key = contact.fold_email(customer.email)
        if customer.email_key:
            identification.check_email(customer.email)
    if "phone" in profile:
        written = profile["phone"].strip()
        customer.phone = identification.phone_of(customer.store, written) if written else None
        if written and customer.phone is None:
            raise PhoneInvalid
    if "card_number" in profile:
        customer.card_number = contact.fold_card(profile["card_number"])


def _write_references(customer: Customer, profile: Profile) -> None:
    if "point_of_sale_id" in profile:
        customer.point_of_sale = _find(PointOfSale, customer, profile["point_of_sale_id"], UnknownPointOfSale)
    if "seller_id" in profile:
        customer.seller = _find(Seller, customer, profile["seller_id"], UnknownSeller)


def _find(model: type[_Row], customer: Customer, wanted: UUID | None, unknown: type[Refusal]) -> _Row | None:
    if wanted is None:
        return None
    found = model._default_manager.filter(store_id=customer.store_id, pk=wanted).first()
    if found is None:
        raise unknown
    return found


def _refuse_too_long(customer: Customer, columns: Iterable[str]) -> None:
    for name in columns:
        limit = getattr(Customer._meta.get_field(name), "max_length", None)
        value = getattr(customer, name)
        if isinstance(value, str) and ("\x00" in value or (limit and len(value) > limit)):
            raise InvalidProfileField(field="email" if name == "email_key" else name, limit=limit)


def _refuse_unknown_words(customer: Customer, columns: Iterable[str], *, at: datetime) -> None:
    if "gender" in columns and customer.gender and customer.gender not in Customer.Gender.values:
        raise InvalidProfileField(field="gender", limit=None)
    # Countries are written by name or by code: what looks like a code must be one.
    if "country" in columns and len(customer.country) == 2 and customer.country.upper() not in CODES:
        raise InvalidProfileField(field="country", limit=None)
    # Tomorrow has begun somewhere.
    tomorrow = at.date() + timedelta(days=1)
    if "created_at" in columns and customer.created_at.date() > tomorrow:
        raise InvalidProfileField(field="created_at", limit=None)
    if "birth_date" in columns and customer.birth_date and customer.birth_date > tomorrow:
        raise InvalidProfileField(field="birth_date", limit=None)


def _write_labels(customer: Customer, profile: Profile) -> list[str]:
    if "labels" not in profile:
        return []
    wanted = list(dict.fromkeys((label["key"], label["value"]) for label in profile["labels"]))
    if wanted == list(customer.labels.values_list("key", "value")):
        return []
    customer.labels.all().delete()
    add_labels(customer, profile["labels"])
    return ["labels"]


def _change_level(customer: Customer, level_id: UUID | None, *, at: datetime, actor: Actor) -> None:
    changed = (
        levels.remove_manual(customer, at=at, actor=actor)
        if level_id is None
        else levels.assign_manually(customer, level_id, at=at, actor=actor)
    )
    customer.level, customer.level_is_manual = changed.level, changed.level_is_manual


def _refusal_for(error: IntegrityError) -> Refusal | None:
    """Give the refusal for a broken uniqueness; PostgreSQL names the constraint, SQLite the column."""
    text = str(error)
    if "customer_email_once_per_store" in text or "customers_customer.email_key" in text:
        return EmailTaken()
    if "customer_phone_once_per_store" in text or "customers_customer.phone" in text:
        return PhoneTaken()
    if any(name in text for name in _CARD_CONSTRAINTS):
        return CardNumberTaken()
    return None
