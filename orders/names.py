"""Invented people: a name, an address and a birth date for a number, always the same for the same number."""

import random
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

_WOMEN = (
    "Abigail Ada Agnes Alice Alicja Amelia Anna Astrid Aurora Beatrice Bianca Camila Carla Carmen Cecilia Celine "
    "Charlotte Chiara Clara Claire Daria Diana Dorothy Edith Elena Elin Elisa Ella Emilia Emma Erika Esther Eva "
    "Evelyn Fatima Felicia Flora Florence Frida Gabriela Giulia Grace Greta Hanna Hazel Helena Ida Ines Ingrid Irena "
    "Iris Isabel Iwona Jana Jasmine Joanna Josephine Julia Karin Katarina Klara Laura Lea Lena Lidia Lina Livia "
    "Lucia Luisa Magda Maja Margaret Maria Marta Matilda Maya Mila Mina Miriam Nadia Naomi Natalia Nina Nora Olga "
    "Olivia Paula Petra Renata Rosa Ruth Sara Sofia Stella Tamara Teresa Uma Vera Victoria Wanda Yara Zoe Zofia"
).split()
_MEN = (
    "Aaron Adam Adrian Albert Alexander Alfred Anders Andrew Anton Arthur August Axel Benjamin Bernard Boris Bruno "
    "Carl Casper Christian Conrad Cyril Daniel David Dennis Dominik Edgar Edward Elias Emil Eric Ernest Felix Filip "
    "Francis Frank Gabriel George Gregor Gustav Hamza Hannes Harald Henry Hugo Igor Isaac Ivan Jacob Jan Jasper "
    "Joel Johan Jonas Joseph Julian Karol Kasimir Kevin Konrad Lars Leo Leon Liam Lorenz Louis Lucas Luka Magnus "
    "Marcel Marco Martin Matteo Max Michael Milan Mohammed Moritz Nathan Nicolas Nils Noah Oliver Oscar Otto Pablo "
    "Patrick Paul Peter Philip Rafael Ralph Robert Roman Samuel Sebastian Simon Stefan Theo Thomas Tobias Victor Yusuf"
).split()
_FAMILIES = (
    "Abbott Adler Albrecht Almeida Andersen Andrade Bach Baker Banks Barbosa Bauer Becker Bell Bennett Berg Bergman "
    "Bernard Bianchi Blom Bosch Brandt Braun Brooks Bruun Burke Busch Byrne Carlson Carter Castro Chapman Clark "
    "Coleman Collins Conti Cooper Cortez Costa Cruz Dahl Dalton Delgado Diaz Dietrich Dixon Dubois Duran Eklund "
    "Ellis Engel Eriksen Evans Farrell Ferrari Fischer Fisher Fontaine Foster Fournier Fox Franke Fuchs Garcia "
    "Garnier Gibson Gomez Graham Grant Green Gruber Haas Hahn Hall Hansen Harper Hayes Heller Henriksen Herrera Hill "
    "Hoffmann Holm Horn Hughes Hunter Ibarra Iversen Jansen Jensen Johansson Jordan Kaiser Keller Kelly Kern Klein "
    "Koch Kowal Kraus Kruger Kuhn Lang Larsen Laurent Lehmann Lewis Lind Lindgren Lombardi Lopez Lund Maier Marino "
    "Marsh Martens Mason Mendes Meyer Miller Moreau Moreno Morgan Moser Mueller Murphy Myers Navarro Nielsen Noble "
    "Nowak Olsen Ortega Owens Palmer Park Parker Peeters Perez Petersen Pfeiffer Pinto Porter Price Quinn Ramos "
    "Reed Reyes Ricci Richter Rivera Roberts Rojas Romano Rossi Roth Russo Santos Sawicki Schmid Schneider Schulz "
    "Serrano Shaw Silva Simon Sommer Sousa Stein Stone Strand Suarez Svensson Taylor Thorne Torres Turner Vargas "
    "Vega Vogel Wagner Walker Walsh Weber Weiss Werner West Winter Wolf Wood Wright Young Zeller Ziegler Zimmer"
).split()
_STREETS = (
    "Market Mill Church Station Garden River Park School Bridge Castle Orchard Harbour Meadow Chapel".split()
)
_TOWNS = (
    ("10115", "Berlin", "Berlin"),
    ("20095", "Hamburg", "Hamburg"),
    ("50667", "Köln", "Nordrhein-Westfalen"),
    ("80331", "München", "Bayern"),
    ("01067", "Dresden", "Sachsen"),
)


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    first_name: str
    last_name: str
    gender: str
    birth_date: date
    email: str
    street: str
    house_number: str
    postal: str
    city: str
    province: str
    country: str = "DE"


def invent(number: int) -> Person:
    """Give the invented person of a number.

    Idempotent: the same number is the same person. Two numbers may share a name, never an e-mail address.
    """
    chance = random.Random(number)  # noqa: S311  names, not secrets
    is_woman = chance.random() < 0.55
    first = chance.choice(_WOMEN if is_woman else _MEN)
    last = chance.choice(_FAMILIES)
    postal, city, province = chance.choice(_TOWNS)
    return Person(
        first_name=first,
        last_name=last,
        gender="female" if is_woman else "male",
        birth_date=date(1945, 1, 1) + timedelta(days=chance.randrange(365 * 60)),
        email=f"{_plain(first)}.{_plain(last)}.{number}@example.com",
        street=f"{chance.choice(_STREETS)} Street",
        house_number=str(chance.randrange(1, 120)),
        postal=postal,
        city=city,
        province=province,
    )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
