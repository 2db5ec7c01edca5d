"""Who is asking: the authenticated party of a request, whatever credential it showed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from loyalty.actors import Actor, ActorKind

if TYPE_CHECKING:
    from loyalty.models import Store


def _no_permissions() -> set[str]:
    return set()


@dataclass(frozen=True)
class Principal:
    """An authenticated party and how far it reaches.

    `store_ids` None means every store. `abilities` belong to permanent tokens, `permissions` (a callable, because
    they cost a query) to staff. `home` is the one store that this party belongs to, read together with the credential.
    """

    kind: ActorKind
    id: str
    name: str = ""
    store_ids: frozenset[UUID] | None = frozenset()
    abilities: frozenset[str] = frozenset()
    permissions: Callable[[], set[str]] = field(default=_no_permissions, compare=False)
    is_superuser: bool = False
    point_of_sale_id: UUID | None = None
    home: "Store | None" = field(default=None, compare=False)

    @property
    def actor(self) -> Actor:
        """The name this party has in events, audit and transfers; a customer only by id."""
        return Actor(kind=self.kind, id=self.id, name="" if self.kind is ActorKind.CUSTOMER else self.name)

    def may_see_store(self, store_id: UUID) -> bool:
        """Tell whether a store lies within this party's reach."""
        return self.store_ids is None or store_id in self.store_ids
