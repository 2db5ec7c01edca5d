"""What the tests of the cockpit share: a logged-in browser, roles, the button of a dialog."""

import html
import re
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers import invitations, registration
from customers.models import Customer
from loyalty import access
from loyalty.actors import SYSTEM
from loyalty.models import StaffUser
from tests.factories import NOON, make_staff

BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser_of(user: StaffUser) -> Client:
    """Give a browser in which this user is logged in."""
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser


def admin_browser() -> Client:
    """Give the browser of somebody who may do everything."""
    return browser_of(make_staff())


def reporter_browser() -> Client:
    """Give the browser of somebody who may see, but change nothing."""
    access.ensure_roles()
    user = make_staff("reporter", is_superuser=False)
    user.groups.add(Group.objects.get(name="Reporter"))
    return browser_of(user)


def press(browser: Client, name: str, row: Any = None, *, about: Any = None, **fields: Any) -> HttpResponse:
    """Send the dialog behind a button: of a row's page, or of a list."""
    address = reverse(f"admin:{name}", args=[row.pk] if row is not None else [])
    query = f"?customer={about.pk}" if about is not None else ""
    return browser.post(address + query, {"_form_submitted": "true", **fields})


def is_done(response: HttpResponse) -> bool:
    """Tell whether a dialog did its work: then the page it was opened from is shown again."""
    return response.headers.get("HX-Refresh") == "true"


def text_of(response: HttpResponse) -> str:
    """Give the words of a page as they are read, spaces folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def statements_of(browser: Client, address: str) -> int:
    """Count the statements that a page costs."""
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def befriend(referrer: Customer, name: str, **details: Any) -> Customer:
    """Have a customer invite a friend, who registers with the invitation."""
    address = f"{name}@example.org"
    invitation = invitations.invite(referrer, email=address, at=NOON, actor=SYSTEM)
    return registration.register_customer(
        referrer.store,
        door=registration.Door.SELF,
        details={"first_name": name.capitalize(), "last_name": "Doe", "email": address, **details},
        at=NOON,
        actor=SYSTEM,
        invitation_token=invitation.token,
    )
