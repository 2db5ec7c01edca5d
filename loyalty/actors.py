"""Who did it: the name that events, audit entries and points transfers carry."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    ADMIN = "admin"
    SELLER = "seller"
    CUSTOMER = "customer"
    TOKEN = "token"
    SYSTEM = "system"
    IMPORT = "import"


# The word for the same actor on a points transfer (Open Loyalty `issuer`; wire decision 13).
_ISSUERS = {
    ActorKind.ADMIN: "admin",
    ActorKind.SELLER: "seller",
    ActorKind.CUSTOMER: "internal",
    ActorKind.TOKEN: "api",
    ActorKind.SYSTEM: "system",
    ActorKind.IMPORT: "admin",
}


@dataclass(frozen=True)
class Actor:
    """One acting party, by kind and id. `name` is a log-in name of staff, never a customer's personal data."""

    kind: ActorKind
    id: str = ""
    name: str = ""

    @property
    def issuer(self) -> str:
        return _ISSUERS[self.kind]


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="system")
