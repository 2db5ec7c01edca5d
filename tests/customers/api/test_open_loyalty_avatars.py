"""The Open Loyalty routes of customers' pictures."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from customers.models import Customer
from loyalty import images
from tests.callers import as_person
from tests.customers.api.answers import BASE, NOT_FOUND, NOWHERE, children
from tests.factories import make_customer, make_staff, make_store
from tests.loyalty.test_images import _png_claiming

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def file_of(content, name="avatar.png"):
    return SimpleUploadedFile(name, content, content_type="image/png")


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, format="PNG")
    return file_of(out.getvalue())


def path_of(customer):
    return f"{BASE}/customer/{customer.pk}/avatar"


@pytest.fixture(params=["admin", "customer"])
def caller(request, store, alice):
    if request.param == "admin":
        return as_person(make_staff(), "admin").client
    return as_person(alice, "customer").client


def test_a_picture_is_set_shown_and_removed_as_documented(caller, alice):
    set_ = caller.post(path_of(alice), {"avatar[file]": picture()})
    assert (set_.status_code, set_.content) == (204, b"")
    shown = caller.get(path_of(alice))
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "no-store"
    with Image.open(io.BytesIO(shown.content)) as image:
        assert image.size == (40, 30)
    removed = caller.delete(path_of(alice))
    assert (removed.status_code, removed.content) == (204, b"")
    empty = caller.get(path_of(alice))
    assert (empty.status_code, empty.content) == (204, b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    "content",
    [b"not a picture", _png_claiming(13_000, 13_000), b"\x89PNG" + b"\0" * images.MAX_BYTES],
    ids=["no picture", "169 megapixels", "over 2 MB"],
)
def test_what_is_no_acceptable_picture_is_refused_at_its_field(caller, alice, content):
    answer = caller.post(path_of(alice), {"avatar[file]": file_of(content)})
    assert "errors" in children(answer)["file"]
    assert Customer.objects.get(pk=alice.pk).avatar.name == ""


def test_text_in_the_place_of_a_file_is_refused(admin, alice):
    assert "errors" in children(admin("POST", path_of(alice), {"avatar": {"file": "avatar.jpg"}}))["file"]
    assert "errors" in children(admin("POST", path_of(alice), {}))["file"]


def test_nobody_else_s_picture_is_seen_or_touched(store, alice):
    bob = as_person(make_customer(store, "bob"), "customer").client
    staff = as_person(make_staff(), "admin").client
    staff.post(path_of(alice), {"avatar[file]": picture()})
    foreign, deleted = make_customer(make_store("OTHER")), make_customer(store, status="deleted")
    asked = [
        bob.get(path_of(alice)),
        bob.post(path_of(alice), {"avatar[file]": picture()}),
        bob.delete(path_of(alice)),
        *(staff.get(path_of(nobody)) for nobody in (foreign, deleted)),
        staff.get(f"{BASE}/customer/{NOWHERE}/avatar"),
    ]
    assert [(answer.status_code, answer.json()) for answer in asked] == [(404, NOT_FOUND)] * len(asked)
    assert Customer.objects.get(pk=alice.pk).avatar.name
