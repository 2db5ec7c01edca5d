"""A customer of the demo whom visitors may log in as."""

from datetime import datetime

from customers import registration
from customers.models import Customer
from customers.registration import Door
from loyalty.actors import SYSTEM
from loyalty.models import PointOfSale, Store
from orders.names import invent

CUSTOMER = ("customer@example.com", "portal-demo-1")


def make_customer(store: Store, card_number: str, *, shop: PointOfSale, at: datetime) -> None:
    """Register the visitors' customer under the card of a household, before that household's first purchase."""
    email, password = CUSTOMER
    if Customer.objects.filter(store=store, email_key=email).exists():
        return
    person = invent(int(card_number))
    registration.register_customer(
        store,
        door=Door.ADMIN,
        details={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "gender": person.gender,
            "birth_date": person.birth_date,
            "email": email,
            "phone": "+4915123456789",
            "card_number": card_number,
            "address": {
                "street": person.street,
                "address1": person.house_number,
                "postal": person.postal,
                "city": person.city,
                "province": person.province,
                "country": person.country,
            },
            "agreement1": True,
            "agreement2": True,
            "point_of_sale_id": shop.pk,
        },
        password=password,
        at=at,
        actor=SYSTEM,
    )
