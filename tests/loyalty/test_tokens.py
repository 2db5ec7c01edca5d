"""Credentials open what they should, as long as they should, and are nowhere stored in clear."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty import tokens
from loyalty.actors import ActorKind
from loyalty.models import PermanentToken, RefreshToken
from loyalty.tokens import DeactivatedHolder, ExpiredToken, InvalidToken
from tests.factories import make_customer, make_seller, make_staff

pytestmark = pytest.mark.django_db


def test_a_permanent_token_stands_for_its_partner(store):
    row, raw = tokens.create_permanent("till", store=store, abilities=["CUSTOMER"])
    principal = tokens.read_permanent(raw, at=timezone.now())
    assert (principal.kind, principal.id) == (ActorKind.TOKEN, str(row.pk))
    assert principal.store_ids == frozenset({store.pk})
    assert principal.abilities == {"CUSTOMER"}


def test_a_permanent_token_is_long_and_not_stored(store):
    row, raw = tokens.create_permanent("till", store=store, abilities=["*"])
    assert len(bytes.fromhex(raw)) == 32
    assert raw not in {row.digest, row.prefix}


def test_a_revoked_or_unknown_token_opens_nothing(store):
    row, raw = tokens.create_permanent("till", store=store, abilities=["*"])
    PermanentToken.objects.update(revoked_at=timezone.now())
    for text in (raw, "unknown", row.digest, "\ud800", ""):
        with pytest.raises(InvalidToken):
            tokens.read_permanent(text, at=timezone.now())


def test_use_is_noted_once_an_hour(store, django_assert_num_queries):
    row, raw = tokens.create_permanent("till", store=store, abilities=["*"])
    at = timezone.now()
    tokens.read_permanent(raw, at=at)
    with django_assert_num_queries(1):
        tokens.read_permanent(raw, at=at + timedelta(minutes=59))
    row.refresh_from_db()
    assert row.last_used_at == at
    tokens.read_permanent(raw, at=at + timedelta(minutes=61))
    row.refresh_from_db()
    assert row.last_used_at == at + timedelta(minutes=61)


def test_an_access_token_stands_for_its_person_in_one_query(store, django_assert_num_queries):
    customer = make_customer(store)
    access = tokens.log_in("customer", customer, at=timezone.now()).access
    with django_assert_num_queries(1):
        principal = tokens.read_access(access)
    assert (principal.kind, principal.id, principal.store_ids) == (
        ActorKind.CUSTOMER,
        str(customer.pk),
        frozenset({store.pk}),
    )


def test_an_access_token_expires():
    long_ago = timezone.now() - timedelta(hours=1)
    with pytest.raises(ExpiredToken):
        tokens.read_access(tokens.log_in("admin", make_staff(), at=long_ago).access)


def test_raising_the_version_ends_access_tokens(store):
    seller = make_seller(store)
    access = tokens.log_in("seller", seller, at=timezone.now()).access
    seller.set_password("another-password")
    seller.save()
    with pytest.raises(InvalidToken):
        tokens.read_access(access)


def test_a_deactivated_person_is_told_apart_from_a_deleted_one(store):
    seller = make_seller(store)
    access = tokens.log_in("seller", seller, at=timezone.now()).access
    seller.is_active = False
    seller.save()
    with pytest.raises(DeactivatedHolder):
        tokens.read_access(access)
    seller.is_deleted = True
    seller.save()
    with pytest.raises(InvalidToken):
        tokens.read_access(access)


def test_forged_access_tokens_open_nothing(settings):
    access = tokens.log_in("admin", make_staff(), at=timezone.now()).access
    head, body, signature = access.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    for forged in (
        f"{head}.{body}.",
        f"{unsigned}.{body}.",
        f"{head}.{body}.{signature[::-1]}",
        "a.b.c",
        "..",
    ):
        with pytest.raises(InvalidToken):
            tokens.read_access(forged)
    settings.SECRET_KEY = "another-secret"
    with pytest.raises(InvalidToken):
        tokens.read_access(access)


def test_a_kind_cannot_be_swapped(store):
    customer = make_customer(store)
    with pytest.raises(InvalidToken):
        tokens.read_access(tokens.log_in("admin", customer, at=timezone.now()).access)


def test_a_refresh_token_gives_a_new_pair_once():
    pair = tokens.log_in("admin", make_staff(), at=timezone.now())
    renewed = tokens.refresh(pair.refresh, at=timezone.now())
    assert renewed is not None
    assert renewed.refresh != pair.refresh
    assert tokens.read_access(renewed.access).kind is ActorKind.ADMIN


def test_reusing_a_refresh_token_ends_its_family():
    pair = tokens.log_in("admin", make_staff(), at=timezone.now())
    renewed = tokens.refresh(pair.refresh, at=timezone.now())
    assert renewed is not None
    assert tokens.refresh(pair.refresh, at=timezone.now()) is None
    assert tokens.refresh(renewed.refresh, at=timezone.now()) is None


def test_refresh_tokens_expire_and_end_with_the_person():
    staff = make_staff()
    pair = tokens.log_in("admin", staff, at=timezone.now())
    assert tokens.refresh(pair.refresh, at=timezone.now() + timedelta(days=31)) is None
    staff.is_active = False
    staff.save()
    assert tokens.refresh(pair.refresh, at=timezone.now()) is None
    assert tokens.refresh("unknown", at=timezone.now()) is None


def test_logging_out_ends_everything():
    staff = make_staff()
    pair = tokens.log_in("admin", staff, at=timezone.now())
    other = tokens.log_in("admin", staff, at=timezone.now())
    tokens.log_out(tokens.read_access(pair.access))
    for access in (pair.access, other.access):
        with pytest.raises(InvalidToken):
            tokens.read_access(access)
    assert tokens.refresh(other.refresh, at=timezone.now()) is None
    assert not RefreshToken.objects.exists()
