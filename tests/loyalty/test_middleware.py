"""What happens to a request before a view sees it."""

import pytest

from tests.callers import Caller, as_partner


@pytest.mark.django_db
def test_a_trailing_slash_does_not_matter(store):
    caller = as_partner(store)
    assert caller("GET", "/api/DEFAULT/pos/").status_code == 200
    assert caller("GET", "/api/DEFAULT/pos").status_code == 200
    assert caller("GET", "/api/store//").status_code == 200


def test_the_documents_keep_their_slash():
    assert Caller()("GET", "/api/").status_code == 200
    assert Caller()("GET", "/api/docs/").status_code == 200
