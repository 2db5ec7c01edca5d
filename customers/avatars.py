"""The pictures that customers show of themselves: private files under random names, drawn anew without metadata."""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from customers import profile
from customers.events import AvatarChanged, AvatarRemoved
from customers.models import Customer
from loyalty import events, images
from loyalty.actors import Actor


@dataclass(frozen=True)
class Avatar:
    """A picture as it is kept."""

    content: bytes
    content_type: str


def set_avatar(customer: Customer, upload: images.Upload, *, at: datetime, actor: Actor) -> Customer:
    """Give a customer a picture, in place of the one they have, and return the customer.

    Raises: ImageTooLarge, ImageNotAccepted (before anything is decoded where its size says so), CustomerDeleted,
    CustomerAnonymized.
    Nothing is kept then.   Locks: the customer.
    """
    image = images.clean_image(upload)
    name = default_storage.save(f"avatars/{image.new_name()}", ContentFile(image.content))
    try:
        return _replace(customer, name, AvatarChanged(), at=at, actor=actor)
    except BaseException:
        default_storage.delete(name)
        raise


def remove_avatar(customer: Customer, *, at: datetime, actor: Actor) -> Customer:
    """Take a customer's picture away and return the customer.

    Raises: CustomerDeleted, CustomerAnonymized.   Idempotent: who has none stays without.   Locks: the customer.
    """
    return _replace(customer, "", AvatarRemoved(), at=at, actor=actor)


def open_avatar(customer: Customer) -> Avatar | None:
    """Give a customer's picture, or None when there is none."""
    name = customer.avatar.name
    if not name:
        return None
    try:
        with default_storage.open(name) as file:
            return Avatar(content=file.read(), content_type=images.content_type_of(name))
    except FileNotFoundError:
        return None


def _replace(customer: Customer, name: str, event: events.Event, *, at: datetime, actor: Actor) -> Customer:
    with events.atomic():
        locked = profile.lock(customer)
        old = locked.avatar.name or ""
        if old == name:
            return locked
        locked.avatar.name = name
        locked.version += 1
        locked.save(update_fields=["avatar", "version", "updated_at"])
        profile.record_changed(locked, event, at=at, actor=actor)
        if old:
            # Files know no transaction: the old one goes only when the row surely names the new one.
            transaction.on_commit(lambda: default_storage.delete(old))
    return locked
