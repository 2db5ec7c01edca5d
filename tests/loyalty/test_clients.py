"""OAuth2 clients are permanent tokens, and what they get is worth nothing without them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty import clients, staff, tokens
from loyalty.actors import SYSTEM, ActorKind
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def make(store, *abilities, **fields):
    return tokens.create_permanent("shop", store=store, abilities=abilities, **fields)


def test_a_client_is_named_by_the_id_or_the_beginning_of_its_token(store):
    client, raw = make(store)
    now = timezone.now()
    for name in (str(client.pk), str(client.pk).upper(), raw[:8]):
        assert clients.authenticate(name, raw, at=now) == client
    other, other_raw = make(store)
    assert clients.authenticate(str(client.pk), other_raw, at=now) is None
    assert clients.authenticate(str(client.pk), raw[:-1], at=now) is None
    staff.revoke_token(client, actor=SYSTEM, at=now)
    assert clients.authenticate(str(client.pk), raw, at=now) is None


def test_a_client_may_have_the_known_words_of_its_token(store):
    assert clients.scopes_of(make(store, "A", "B", "X")[0], {"A", "B", "C"}) == {"A", "B"}
    assert clients.scopes_of(make(store, "*")[0], {"A", "B"}) == {"A", "B"}


def test_an_access_token_stands_for_its_client_with_fewer_abilities(store):
    client, _ = make(store, "A", "B")
    principal = tokens.read_access(tokens.give_client_access(client, abilities=["A"], at=timezone.now()))
    assert (principal.kind, principal.id) == (ActorKind.TOKEN, str(client.pk))
    assert (principal.abilities, principal.store_ids) == (frozenset({"A"}), frozenset({store.pk}))
    assert principal.home == store


def test_an_access_token_ends_with_its_time_and_with_its_client(store):
    client, _ = make(store, "A")
    now = timezone.now()
    with pytest.raises(tokens.ExpiredToken):
        tokens.read_access(tokens.give_client_access(client, abilities=["A"], at=now - timedelta(hours=1)))
    access = tokens.give_client_access(client, abilities=["A"], at=now)
    staff.revoke_token(client, actor=SYSTEM, at=now)
    with pytest.raises(tokens.InvalidToken):
        tokens.read_access(access)


def test_an_access_token_ends_when_who_made_its_client_goes(store):
    holder = make_staff()
    client, _ = make(None, "A", staff=holder)
    access = tokens.give_client_access(client, abilities=["A"], at=timezone.now())
    holder.is_active = False
    holder.save()
    with pytest.raises(tokens.DeactivatedHolder):
        tokens.read_access(access)
