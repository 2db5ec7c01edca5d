"""New customers: by staff, by a seller at the till, by themselves, by an import."""

from datetime import datetime
from enum import StrEnum

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from customers import activation, invitations, levels, profile
from customers.events import CustomerRegistered
from customers.models import Customer
from customers.profile import Profile
from customers.refusals import PasswordTooWeak
from loyalty import events
from loyalty.actors import Actor
from loyalty.models import Store


class Door(StrEnum):
    """Through whom a customer came."""

    ADMIN = "admin"
    SELLER = "seller"
    SELF = "self"
    IMPORT = "import"
    PARTNER = "partner"


def register_customer(
    store: Store,
    *,
    door: Door,
    details: Profile,
    at: datetime,
    actor: Actor,
    password: str = "",
    is_active: bool | None = None,
    invitation_token: str = "",
) -> Customer:
    """Register a customer of a store and return them.

    Everybody starts on the level for zero; a level in `details` is given by hand and is a floor. Who is registered
    by staff, a seller, a partner or an import is active at once: somebody answers for them. Who registers themselves
    is active too, unless the programme wants the account activated first (`account_activation_required`); then they
    stay `new` and are sent a link or code. `is_active` overrides both (a file of customers says it row by row).

    `invitation_token` says by whose invitation they came; one that is not good any more is passed over.

    E-mail, phone and card number are unique in the store. The e-mail is compared without letter case; a phone is kept
    in E.164 (`contact.normalise_phone`: what begins with `+` must be able to exist; plain digits are read as a
    national number where the programme's language names the country, and digits of no known numbering plan are kept
    as they are); a card number is kept as printed. Two registrations at the same moment cannot both succeed: the
    database decides.

    Raises: EmailTaken, PhoneTaken, CardNumberTaken, EmailInvalid, PhoneInvalid, InvalidProfileField,
    PasswordTooWeak, UnknownPointOfSale, UnknownSeller, levels.UnknownLevel. Nothing is written then.
    """
    customer = Customer(store=store, created_at=at, level=None)
    profile.write_into(customer, details, at=at)
    customer.status = first_status(store, door=door, is_active=is_active)
    if password:
        _set_password(customer, password)
    with events.atomic():
        customer.level = levels.level_for_amount(store)
        customer.level_changed_at = customer.created_at
        profile.save(customer)
        profile.add_labels(customer, details.get("labels", []))
        profile.record_changed(
            customer,
            registered(customer, door=door),
            at=at,
            actor=actor,
        )
        invitations.accept(customer, invitation_token, at=at, actor=actor)
        if door is Door.SELF:
            activation.request_activation(customer, at=at, actor=actor)
        level_id = details.get("level_id")
        if level_id:
            customer = levels.assign_manually(customer, level_id, at=at, actor=actor)
    return customer


def first_status(store: Store, *, door: Door, is_active: bool | None) -> Customer.Status:
    """Give the status in which somebody begins who comes through a door, as `register_customer` says."""
    if is_active is None:
        is_active = door is not Door.SELF or not store.programme.account_activation_required
    return Customer.Status.ACTIVE if is_active else Customer.Status.NEW


def registered(customer: Customer, *, door: Door) -> CustomerRegistered:
    """Give the event that a customer, who stands on their first level, is registered."""
    level_id = str(customer.level_id) if customer.level_id else None
    return CustomerRegistered(by=door.value, status=customer.status, level_id=level_id)


def _set_password(customer: Customer, password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise PasswordTooWeak(reason=" ".join(error.messages)) from error
    customer.set_password(password)
