"""Who may do what: ACL resources mapped onto Django permissions, so that the cockpit and the APIs share one check.

A resource covers models. VIEW of it means Django's view permission on them, MODIFY means add, change and delete.
Roles are Django groups. Source: spec 1f, "ACL".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from loyalty.actors import ActorKind
from loyalty.principals import Principal


class Access(StrEnum):
    VIEW = "VIEW"
    MODIFY = "MODIFY"


# Resource -> models ("app.model") whose permissions it stands for.
RESOURCES: dict[str, tuple[str, ...]] = {
    "ADMIN": ("loyalty.staffuser",),
    "ACL": ("auth.group",),
    "ANALYTICS": ("loyalty.event",),
    "AUDIT": ("loyalty.auditentry",),
    "CUSTOMER": ("customers.customer",),
    "EARNING_RULE": ("campaigns.earningrule",),
    "LEVEL": ("customers.level",),
    "POINT_TRANSFER": ("wallet.pointstransfer",),
    "POS": ("loyalty.pointofsale",),
    "REWARD_CAMPAIGN": ("campaigns.reward",),
    "SEGMENT": ("customers.segment",),
    "SELLER": ("loyalty.seller",),
    "SETTINGS": ("loyalty.store",),
    "TRANSACTION": ("orders.purchase",),
    "SEGMENT_EXPORT": ("customers.segmentexport",),
}
_VERBS = {Access.VIEW: ("view",), Access.MODIFY: ("add", "change", "delete")}

# Ability of a key that staff get for their own programs -> the right that its holder must have.
RIGHTS_BEHIND: dict[str, tuple[str, Access]] = {
    "members.get": ("CUSTOMER", Access.VIEW),
    "members.store": ("CUSTOMER", Access.MODIFY),
    "tags.get": ("CUSTOMER", Access.MODIFY),
}

# Roles that every installation has; more can be made in the cockpit.
ROLES: dict[str, dict[str, tuple[Access, ...]]] = {
    "Full administrator": dict.fromkeys(RESOURCES, (Access.VIEW, Access.MODIFY)),
    "Reporter": {resource: (Access.VIEW,) for resource in RESOURCES if resource not in {"ADMIN", "ACL"}},
}


@dataclass(frozen=True)
class Grant:
    """Whom a route serves. Staff and permanent tokens need `resource`; the others need their flag.

    `ability` is what the partner dialects ask for instead: a word on a permanent token, which staff never have. Where
    any of several words will do, they are `abilities`.
    `staff` admits every member of staff, whatever their role, and no token: what people do for themselves.
    `anyone` admits every authenticated party, `public` also those who show no credential.
    """

    resource: str | None = None
    seller: bool = False
    customer: bool = False
    staff: bool = False
    anyone: bool = False
    public: bool = False
    ability: str | None = None
    abilities: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.resource is not None and self.resource not in RESOURCES:
            raise ValueError(f"unknown ACL resource {self.resource}")


def permissions_of(resource: str, access: Access) -> frozenset[str]:
    """Give the Django permissions that an access to a resource means."""
    return frozenset(
        f"{app}.{verb}_{model}"
        for app, model in (label.split(".") for label in RESOURCES[resource])
        for verb in _VERBS[access]
    )


def may(principal: Principal, grant: Grant, access: Access) -> bool:
    """Tell whether a route serves this party; what no rule allows is refused."""
    if grant.public or grant.anyone:
        return True
    if principal.kind is ActorKind.SELLER:
        return grant.seller
    if principal.kind is ActorKind.CUSTOMER:
        return grant.customer
    if principal.kind is ActorKind.TOKEN:
        return not _abilities_for(grant, access).isdisjoint(principal.abilities)
    if principal.kind is ActorKind.ADMIN and grant.staff:
        return True
    if principal.kind is ActorKind.ADMIN and grant.resource is not None:
        return principal.is_superuser or permissions_of(grant.resource, access) <= principal.permissions()
    return False


def held_by(holder: Principal, abilities: Iterable[str]) -> frozenset[str]:
    """Give those abilities behind which stands a right that a member of staff has now."""
    known = [ability for ability in abilities if ability in RIGHTS_BEHIND]
    if not known or holder.is_superuser:
        return frozenset(known)
    permissions = holder.permissions()
    return frozenset(each for each in known if permissions_of(*RIGHTS_BEHIND[each]) <= permissions)


def _abilities_for(grant: Grant, access: Access) -> set[str]:
    """Give the words of which a token needs one; none where the route serves no tokens."""
    wanted = {*grant.abilities, *([] if grant.ability is None else [grant.ability])}
    if grant.resource is not None:
        wanted |= {grant.resource, f"{grant.resource}:{access.value}"}
    return wanted | {"*"} if wanted else wanted


def ensure_roles() -> list[Group]:
    """Make the standard roles exist with their permissions, leaving what staff added to them.

    Idempotent: on the roles' names.
    """
    groups = []
    for name, rights in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        wanted = [permissions_of(resource, kind) for resource, kinds in rights.items() for kind in kinds]
        group.permissions.add(*_existing_permissions(frozenset().union(*wanted)))
        groups.append(group)
    return groups


def _existing_permissions(codes: frozenset[str]) -> list[Permission]:
    by_code = Q()
    for code in codes:
        app, codename = code.split(".")
        by_code |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(by_code))
