"""Lists of customers as people write them: ids, phones, card numbers and e-mail addresses, mixed."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from customers import contact, identification
from loyalty.models import Store


def ids_of(store: Store, texts: Sequence[str]) -> dict[str, UUID]:
    """Give whom each text names; texts that name nobody of the store are left out. One query.

    An id wins over an e-mail address, that over a phone, that over a card number that reads the same.
    """
    ids = {text: _uuid(text) for text in texts}
    emails = {text: contact.fold_email(text) for text in texts if "@" in text}
    phones = {text: identification.phone_of(store, text) for text in texts if "@" not in text}
    cards = {text: contact.fold_card(text) for text in texts}
    wanted = Q()
    for column, keys in (("pk", ids), ("email_key", emails), ("phone", phones), ("card_number", cards)):
        wanted |= Q(**{f"{column}__in": [key for key in keys.values() if key is not None]})
    rows = list(
        identification.present(store).filter(wanted).values_list("pk", "email_key", "phone", "card_number")
    )
    found = {}
    for place, keys in ((3, cards), (2, phones), (1, emails), (0, ids)):
        owners = {row[place]: row[0] for row in rows if row[place]}
        found.update({text: owners[key] for text, key in keys.items() if key in owners})
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
