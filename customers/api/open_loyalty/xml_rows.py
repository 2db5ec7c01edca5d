"""Customers from a file: `<customers><customer>…`, as spec 1f "XML imports" describes it.

An element that must be there and is not, or holds what it cannot mean, fails its row with the original's words.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from customers import activation, intake, registration
from customers.intake import Applicant
from customers.models import Customer
from customers.profile import ADDRESS_FIELDS, Address, Company, Label, Profile
from customers.registration import Door
from loyalty.actors import Actor
from loyalty.api.bodies import read_uuid
from loyalty.imports.jobs import BadRow, RowKind
from loyalty.imports.xml_stream import Layout, Node
from loyalty.models import Store
from loyalty.refusals import Refusal

_REQUIRED = ("email", "firstName", "lastName", "active", "gender", "agreement1")
_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def customer_rows(store: Store, *, actor: Actor, at: datetime) -> RowKind:
    """Give the kind of import that registers each `<customer>` of a file."""
    return RowKind(
        name="customers",
        layout=Layout("customers", "customer"),
        identify=lambda row: row.text("email"),
        act=partial(_register, store, actor=actor, at=at),
        act_together=partial(_register_group, store, actor=actor, at=at),
    )


def read_profile(row: Node) -> Profile:
    """Read what one `<customer>` says; elements that are not there stay out.

    Raises: BadRow, naming the element at fault.
    """
    for name in _REQUIRED:
        if not row.text(name):
            raise BadRow(reason=f"{name} is required node")
    profile = Profile(
        email=row.text("email"),
        first_name=row.text("firstName"),
        last_name=row.text("lastName"),
        gender=_gender(row),
        birth_date=_birth_date(row),
        phone=row.text("phone"),
        card_number=row.text("loyaltyCardNumber"),
        agreement1=_flag(row, "agreement1"),
        agreement2=_flag(row, "agreement2"),
        agreement3=_flag(row, "agreement3"),
        labels=[_label(label) for label in row.all("labels/label")],
        level_id=_uuid(row, "levelId"),
        point_of_sale_id=_uuid(row, "posId"),
        seller_id=_uuid(row, "sellerId"),
    )
    if row.find("address"):
        profile["address"] = _address(row)
    if row.find("company"):
        profile["company"] = Company(name=row.text("company/name"), tax_id=row.text("company/nip"))
    return profile


def _register(store: Store, row: Node, *, actor: Actor, at: datetime) -> UUID:
    person = _applicant(row)
    customer = registration.register_customer(
        store, door=Door.IMPORT, details=person.details, is_active=person.is_active, at=at, actor=actor
    )
    if person.wants_activation:
        activation.request_activation(customer, at=at, actor=actor)
    return customer.pk


def _register_group(
    store: Store, rows: Sequence[Node], *, actor: Actor, at: datetime
) -> list[UUID | Refusal]:
    """Register whom the rows mean, and give for each the id or what is wrong with it."""
    read = [_read(row) for row in rows]
    good = [each for each in read if isinstance(each, Applicant)]
    told = iter(intake.register_group(store, good, door=Door.IMPORT, at=at, actor=actor))
    return [next(told) if isinstance(each, Applicant) else each for each in read]


def _read(row: Node) -> Applicant | BadRow:
    try:
        return _applicant(row)
    except BadRow as refusal:
        return refusal


def _applicant(row: Node) -> Applicant:
    return Applicant(
        details=read_profile(row),
        is_active=_flag(row, "active"),
        wants_activation=_flag(row, "sendActivationMail"),
    )


def _address(row: Node) -> Address:
    address = Address()
    for name in ADDRESS_FIELDS:
        address[name] = row.text(f"address/{name}")  # type: ignore[literal-required]  # the dict's own keys
    return address


def _label(label: Node) -> Label:
    key, value = label.text("key"), label.text("value")
    if not key:
        raise BadRow(reason="labels: a key is missing.")
    if len(key) > 128 or len(value) > 255:
        raise BadRow(reason="labels: a key is longer than 128 or a value longer than 255 characters.")
    return Label(key=key, value=value)


def _gender(row: Node) -> str:
    text = row.text("gender").lower()
    if text not in Customer.Gender.values:
        raise BadRow(reason=f'gender: "{text[:40]}" is none of {", ".join(Customer.Gender.values)}.')
    return text


def _birth_date(row: Node) -> date | None:
    text = row.text("birthDate")
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadRow(reason="birthDate has invalid date format (Y-m-d required)")


def _flag(row: Node, name: str) -> bool:
    text = row.text(name).lower()
    if text and text not in _FLAGS:
        raise BadRow(reason=f'{name}: "{text[:40]}" is neither true nor false.')
    return _FLAGS.get(text, False)


def _uuid(row: Node, name: str) -> UUID | None:
    text = row.text(name)
    found = read_uuid(text) if text else None
    if text and found is None:
        raise BadRow(reason=f'{name}: "{text[:40]}" is not a valid UUID.')
    return found
