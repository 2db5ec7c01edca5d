"""Who a document, a log-in or a text means: customers found by e-mail, phone, card number or id."""

import unicodedata
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet, UUIDField

from customers import contact, pass_codes
from customers.models import Customer
from customers.refusals import EmailInvalid
from loyalty.models import Store
from loyalty.prepared import Prepared, Slot
from loyalty.programme import IdentificationField
from loyalty.refusals import NotFound, Refusal

_COLUMNS = {
    IdentificationField.EMAIL: "email_key",
    IdentificationField.CARD: "card_number",
    IdentificationField.PHONE: "phone",
}


class UnknownCustomer(Refusal):
    """A field of the input names nobody of this store."""

    code = "customer.unknown"
    message = "Customer does not exist."


def phone_of(store: Store, text: str) -> str | None:
    """Give a phone number in the form in which this store keeps it, or None when it cannot be one."""
    return contact.normalise_phone(text, region=contact.region_of(store.programme.locale))


def check_email(email: str) -> None:
    """Check that a text is an e-mail address that fits its column. Raises: EmailInvalid."""
    try:
        validate_email(email)
        # What nobody sees would make a second spelling of somebody's address.
        if any(unicodedata.category(sign) in {"Cf", "Zs"} for sign in email):
            raise ValidationError("")
    except ValidationError:
        raise EmailInvalid from None


def find_customer(
    store: Store,
    *,
    email: str = "",
    phone: str = "",
    card_number: str = "",
    among: QuerySet[Customer] | None = None,
) -> Customer | None:
    """Find the active customer that a document names: the first field that hits one wins, in the store's priority.

    A card number may also be a pass code, which is the customer's id where there is no card (`pass_codes`).
    One query. `among` is where to look, by a caller that goes on to write: customers locked in order of id.
    """
    keys = _keys(store, email=email, phone=phone, card_number=card_number)
    wanted = Q()
    for field, key in keys.items():
        wanted |= Q(**{_COLUMNS[field]: key})
    if not keys:
        return None
    named_id = pass_codes.id_in(keys.get(IdentificationField.CARD, ""))
    if named_id is not None:
        wanted |= Q(pk=named_id)
    everybody = Customer.objects.all() if among is None else among
    found = list(everybody.filter(wanted, store=store, status=Customer.Status.ACTIVE))
    for field in store.programme.customers_identification_priority:
        if field is IdentificationField.CARD and named_id is not None:
            # Before the cards: customers choose their numbers themselves, and one could read like somebody's id.
            for customer in found:
                if customer.pk == named_id:
                    return _in(store, customer)
        for customer in found:
            if field in keys and getattr(customer, _COLUMNS[field]) == keys[field]:
                return _in(store, customer)
    return None


def customer_of(store: Store, customer_id: UUID, *, field: str | None = None) -> Customer:
    """Give the customer of a store with this id. Deleted customers and those of other stores are nobody.

    Raises: UnknownCustomer at `field` when the id came in a field of the input, NotFound otherwise.
    """
    return _found(store, customer_id, field=field)


def find_by_any(store: Store, text: str, *, field: str | None = None) -> Customer:
    """Give the customer of a store whose id, e-mail or phone a text is. Deleted customers are nobody.

    Raises: UnknownCustomer at `field` when the text came in a field of the input, NotFound otherwise.
    """
    wanted: Q | UUID
    try:
        wanted = UUID(text.strip())
    except ValueError:
        wanted = _email_or_phone(store, text)
    return _found(store, wanted, field=field)


def count_by_email_or_phone(store: Store, text: str) -> int:
    """Count the customers of a store whose e-mail or phone a text is: one or none."""
    wanted = _email_or_phone(store, text)
    return present(store).filter(wanted).count() if wanted else 0


def find_by_identifier(store: Store, text: str) -> Customer | None:
    """Find whom a log-in means: e-mail, phone or card number; the first two win over a card that reads the same."""
    wanted = _email_or_phone(store, text)
    card = contact.fold_card(text)
    if card:
        wanted |= Q(card_number=card)
    found = list(present(store).filter(wanted)) if wanted else []
    found.sort(key=lambda customer: customer.card_number == card)
    return _in(store, found[0]) if found else None


def fold_identifier(store: Store, text: str) -> str:
    """Give what a log-in was begun with in the one form that its spellings share."""
    if "@" in text:
        return contact.fold_email(text) or ""
    return phone_of(store, text) or text.strip().lower()


def _keys(store: Store, *, email: str, phone: str, card_number: str) -> dict[IdentificationField, str]:
    keys = {
        IdentificationField.EMAIL: contact.fold_email(email),
        IdentificationField.PHONE: phone_of(store, phone) if phone else None,
        IdentificationField.CARD: contact.fold_card(card_number),
    }
    priority = store.programme.customers_identification_priority
    return {field: key for field, key in keys.items() if key and field in priority}


def _email_or_phone(store: Store, text: str) -> Q:
    wanted = Q()
    if "@" in text:
        wanted |= Q(email_key=contact.fold_email(text))
    elif phone := phone_of(store, text):
        wanted |= Q(phone=phone)
    return wanted


def present(store: Store) -> QuerySet[Customer]:
    """Give a store's customers; deleted ones are nobody."""
    return Customer.objects.filter(store=store).exclude(status=Customer.Status.DELETED)


_BY_ID = Prepared(
    lambda: (
        Customer.objects.filter(store=Slot("store", UUIDField()), pk=Slot("id", UUIDField()))
        .exclude(status=Customer.Status.DELETED)
        .order_by()
    )
)


def _found(store: Store, wanted: Q | UUID, *, field: str | None) -> Customer:
    if isinstance(wanted, UUID):
        customer = _BY_ID.first(store=store.pk, id=wanted)
    else:
        customer = present(store).filter(wanted).first() if wanted else None
    if customer is not None:
        return _in(store, customer)
    raise UnknownCustomer(field=field) if field else NotFound


def _in(store: Store, customer: Customer) -> Customer:
    customer.store = store
    return customer
