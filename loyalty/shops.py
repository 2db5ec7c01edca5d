"""Points of sale and the sellers who stand in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from loyalty import events
from loyalty.actors import Actor
from loyalty.events import Subject
from loyalty.models import PointOfSale, Seller, Store
from loyalty.refusals import Refusal


class IdentifierTaken(Refusal):
    """Two points of sale of a store cannot share an identifier."""

    code = "pos.identifier_taken"
    message = "Another point of sale of this store has this identifier."
    field = "identifier"


class SellerEmailTaken(Refusal):
    """Two sellers of a store cannot log in with one e-mail."""

    code = "seller.email_taken"
    message = "Another seller of this store has this e-mail."
    field = "email"


class SellersRemain(Refusal):
    """A point of sale cannot go while sellers stand in it."""

    code = "pos.sellers_remain"
    message = "Move or delete the sellers of this point of sale first."


@dataclass(frozen=True)
class PointOfSaleSaved(events.Event):
    type: ClassVar[str] = "pos.saved"
    sentence: ClassVar[str] = "Point of sale {identifier} saved"
    audited: ClassVar[bool] = True

    identifier: str


@dataclass(frozen=True)
class PointOfSaleDeleted(events.Event):
    type: ClassVar[str] = "pos.deleted"
    sentence: ClassVar[str] = "Point of sale {identifier} deleted"
    audited: ClassVar[bool] = True

    identifier: str


@dataclass(frozen=True)
class SellerSaved(events.Event):
    type: ClassVar[str] = "seller.saved"
    sentence: ClassVar[str] = "Seller saved"
    audited: ClassVar[bool] = True

    fields: list[str]


@dataclass(frozen=True)
class SellerDeleted(events.Event):
    type: ClassVar[str] = "seller.deleted"
    sentence: ClassVar[str] = "Seller deleted"
    audited: ClassVar[bool] = True


def save_point_of_sale(
    store: Store, *, values: Mapping[str, Any], actor: Actor, at: datetime, shop: PointOfSale | None = None
) -> PointOfSale:
    """Write a point of sale, a new one unless `shop` is given.

    Raises: IdentifierTaken. Nothing is written then.
    """
    with events.atomic():
        shop = shop or PointOfSale(store=store)
        for name, value in values.items():
            setattr(shop, name, value)
        others = PointOfSale.objects.filter(store=store, identifier=shop.identifier).exclude(pk=shop.pk)
        if others.exists():
            raise IdentifierTaken
        shop.save()
        _record(PointOfSaleSaved(identifier=shop.identifier), "pos", shop, actor, at)
    return shop


def delete_point_of_sale(shop: PointOfSale, *, actor: Actor, at: datetime) -> None:
    """Delete a point of sale; what was bought there keeps its place as text.

    Raises: SellersRemain while sellers belong to it.
    """
    with events.atomic():
        if Seller.objects.filter(point_of_sale=shop, is_deleted=False).exists():
            raise SellersRemain
        Seller.objects.filter(point_of_sale=shop, is_deleted=True).delete()
        _record(PointOfSaleDeleted(identifier=shop.identifier), "pos", shop, actor, at)
        shop.delete()


def save_seller(
    store: Store,
    *,
    values: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    password: str = "",
    seller: Seller | None = None,
) -> Seller:
    """Write a seller, a new one unless `seller` is given; a password, when given, ends the seller's open sessions.

    Deactivating ends them too. Raises: SellerEmailTaken. Nothing is written then.
    """
    with events.atomic():
        seller = seller or Seller(store=store)
        for name, value in values.items():
            setattr(seller, name, value)
        others = Seller.objects.filter(store=store, email__iexact=seller.email, is_deleted=False)
        if others.exclude(pk=seller.pk).exists():
            raise SellerEmailTaken
        if password:
            seller.set_password(password)
        if not seller.is_active:
            seller.token_version += 1
        seller.save()
        changed = sorted([*values, *(["password"] if password else [])])
        _record(SellerSaved(fields=changed), "seller", seller, actor, at)
    return seller


def delete_seller(seller: Seller, *, actor: Actor, at: datetime) -> None:
    """Take a seller's access away for good; what they registered keeps its reference."""
    with events.atomic():
        seller.is_deleted = True
        seller.is_active = False
        seller.token_version += 1
        seller.save(update_fields=["is_deleted", "is_active", "token_version"])
        _record(SellerDeleted(), "seller", seller, actor, at)


def _record(event: events.Event, kind: str, thing: PointOfSale | Seller, actor: Actor, at: datetime) -> None:
    events.record(event, store_id=thing.store_id, actor=actor, subject=Subject(kind, str(thing.pk)), at=at)
