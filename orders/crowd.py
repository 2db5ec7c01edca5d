"""Who the people of load data are: invented customers spread over towns, years, states and labels as real ones are."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

from customers import contact
from customers.models import Customer, CustomerLabel
from loyalty.models import PointOfSale, Store
from orders.names import invent

YEARS_BACK = 3
# Postal code and town by size, the largest first. Weights are cumulative.
_TOWNS = (
    "10115 Berlin|20095 Hamburg|80331 München|50667 Köln|60311 Frankfurt am Main|70173 Stuttgart|40210 Düsseldorf|"
    "04109 Leipzig|44135 Dortmund|45127 Essen|28195 Bremen|01067 Dresden|30159 Hannover|90402 Nürnberg|"
    "47051 Duisburg|44787 Bochum|42103 Wuppertal|33602 Bielefeld|53111 Bonn|48143 Münster|68159 Mannheim|"
    "76133 Karlsruhe|86150 Augsburg|65183 Wiesbaden|41061 Mönchengladbach|45879 Gelsenkirchen|52062 Aachen|"
    "38100 Braunschweig|09111 Chemnitz|24103 Kiel|06108 Halle|39104 Magdeburg|79098 Freiburg|47798 Krefeld|"
    "55116 Mainz|23552 Lübeck|46045 Oberhausen|99084 Erfurt|18055 Rostock|34117 Kassel|58095 Hagen|"
    "66111 Saarbrücken|14467 Potsdam|67059 Ludwigshafen|26121 Oldenburg|51373 Leverkusen|49074 Osnabrück|"
    "42651 Solingen|69117 Heidelberg|64283 Darmstadt|41460 Neuss|93047 Regensburg|33098 Paderborn|85049 Ingolstadt|"
    "63065 Offenbach|97070 Würzburg|90762 Fürth|89073 Ulm|74072 Heilbronn|75175 Pforzheim|38440 Wolfsburg|"
    "37073 Göttingen|46236 Bottrop|72764 Reutlingen|28195 Bremerhaven|56068 Koblenz|91052 Erlangen|42853 Remscheid|"
    "51465 Bergisch Gladbach|54290 Trier|45657 Recklinghausen|07743 Jena|47441 Moers|38226 Salzgitter|57072 Siegen|"
    "45127 Gütersloh|31134 Hildesheim|63450 Hanau|03046 Cottbus|67655 Kaiserslautern"
).split("|")
_TOWN_WEIGHTS = list(accumulate(1 / (place + 2) for place in range(len(_TOWNS))))
_DOMAINS = (
    "mail.example",
    "post.example",
    "web.example",
    "inbox.example",
    "home.example",
    "example.com",
    "example.org",
)
_DOMAIN_WEIGHTS = (30, 50, 65, 75, 85, 95, 100)
_LABELS = (
    ("newsletter", ("weekly", "monthly"), 0.15),
    ("source", ("shop", "web", "app", "friend"), 0.25),
    ("shirt", ("S", "M", "L", "XL"), 0.05),
    ("vip", ("yes",), 0.01),
)
_STATES = (Customer.Status.ACTIVE, Customer.Status.NEW, Customer.Status.BLOCKED, Customer.Status.DELETED)
_STATE_WEIGHTS = (93, 97, 99, 100)


def invent_customer(
    store: Store, number: int, *, shops: Sequence[PointOfSale], chance: random.Random, at: datetime
) -> Customer:
    """Give the customer of a number, who joined in the years before `at`, as a row in memory.

    Most are active; of the deleted nothing personal is left. E-mail, phone and card are the number's own.
    """
    joined = at - timedelta(seconds=chance.randrange(YEARS_BACK * 365 * 86_400))
    customer = Customer(
        id=random_uuid(chance),
        store=store,
        status=chance.choices(_STATES, cum_weights=_STATE_WEIGHTS)[0],
        point_of_sale=chance.choice(shops) if shops and chance.random() < 0.7 else None,
        agreement1=True,
        agreement2=chance.random() < 0.4,
        level_changed_at=joined,
        created_at=joined,
        updated_at=joined,
    )
    if customer.status == Customer.Status.DELETED:
        customer.anonymized_at = joined
    else:
        _write_person(customer, number, chance=chance)
    return customer


def invent_labels(customer: Customer, *, chance: random.Random) -> list[CustomerLabel]:
    """Give the labels of a customer, which most have none of."""
    if customer.status == Customer.Status.DELETED:
        return []
    return [
        CustomerLabel(customer=customer, store_id=customer.store_id, key=key, value=chance.choice(values))
        for key, values, share in _LABELS
        if chance.random() < share
    ]


def random_uuid(chance: random.Random) -> UUID:
    """Give an id out of a seeded source."""
    return UUID(int=chance.getrandbits(128), version=4)


def _write_person(customer: Customer, number: int, *, chance: random.Random) -> None:
    person = invent(number)
    postal, _, city = chance.choices(_TOWNS, cum_weights=_TOWN_WEIGHTS)[0].partition(" ")
    customer.first_name, customer.last_name = person.first_name, person.last_name
    customer.gender, customer.birth_date = person.gender, person.birth_date
    if chance.random() < 0.95:
        domain = chance.choices(_DOMAINS, cum_weights=_DOMAIN_WEIGHTS)[0]
        customer.email = f"{person.email.partition('@')[0]}@{domain}"
        customer.email_key = contact.fold_email(customer.email)
    if chance.random() < 0.7:
        # German mobile numbers begin so; the rest is the customer's number, shuffled so that neighbours differ.
        customer.phone = f"+4915{number * 7_368_787 % 1_000_000_000:09}"
    if chance.random() < 0.9 or not (customer.email or customer.phone):
        customer.card_number = str(number)
        customer.card_state = Customer.CardState.WITH_CARD
    if chance.random() < 0.8:
        customer.street, customer.address1 = person.street, person.house_number
        customer.postal, customer.city, customer.country = postal, city, person.country
