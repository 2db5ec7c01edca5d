"""What people see when there is no page, no right, an old form or a fault: plain words, and a way on."""

import pytest
from django.test import Client

from tests.cockpit import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "language", "said", "way_out"),
    [
        ("/portal/nowhere/at/all", "en", "This page is not here", 'href="/portal/"'),
        ("/portal/nowhere/at/all", "pl", "Nie ma tu takiej strony", 'href="/portal/"'),
        ("/elsewhere", "en", "Check the address, or begin again.", "<h1>"),
    ],
)
def test_a_page_that_is_not_there_says_so_and_leads_on(path, language, said, way_out):
    response = Client().get(path, headers={"Accept-Language": language})
    assert response.status_code == 404
    assert said in text_of(response)
    assert way_out in response.content.decode()
    assert f'lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("path", ["/portal/log-in", "/cockpit/login/"])
def test_a_form_that_is_too_old_leads_to_a_fresh_one(store, path):
    response = Client(enforce_csrf_checks=True).post(path, {"username": "ada"})
    assert response.status_code == 403
    assert "Nothing was done. Load the page again and send it once more." in text_of(response)
    assert f'href="{path}"' in response.content.decode()


def test_a_fault_is_told_without_its_details(monkeypatch, store):
    def fail(*args, **kwargs):
        raise RuntimeError("secret")

    monkeypatch.setattr("customers.portal.session.customer_of", fail)
    response = Client(raise_request_exception=False).get("/portal/log-in")
    assert response.status_code == 500
    assert "Something went wrong here" in text_of(response)
    assert "secret" not in response.content.decode()
