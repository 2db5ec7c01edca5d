"""Customers' pictures: what is kept, what is refused, what becomes of the old file."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from customers import avatars, erasure
from customers.models import Customer
from customers.refusals import CustomerDeleted
from loyalty.actors import SYSTEM
from loyalty.images import ImageNotAccepted
from loyalty.models import Event
from tests.factories import NOON, make_customer

pytestmark = pytest.mark.django_db
SECRET = b"GPS 52.2297 N 21.0122 E"


def picture(file_format="JPEG") -> io.BytesIO:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, format=file_format, exif=exif.tobytes())
    return out


def upload(file_format="JPEG"):
    file = picture(file_format)
    file.seek(0)
    return file


def files():
    return set(default_storage.listdir("avatars")[1]) if default_storage.exists("avatars") else set()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def alice(store):
    return make_customer(store)


def test_a_picture_is_kept_anew_under_a_random_name_without_its_metadata(alice):
    assert SECRET in picture().getvalue()
    avatars.set_avatar(alice, upload(), at=NOON, actor=SYSTEM)
    row = Customer.objects.get(pk=alice.pk)
    kept = avatars.open_avatar(row)
    assert kept is not None
    assert kept.content_type == "image/jpeg"
    assert SECRET not in kept.content
    assert str(alice.pk) not in str(row.avatar.name)
    assert [event.type for event in Event.objects.all()] == ["customer.avatar_changed"]


def test_a_new_picture_takes_the_place_of_the_old_file(alice, django_capture_on_commit_callbacks):
    avatars.set_avatar(alice, upload(), at=NOON, actor=SYSTEM)
    before = files()
    with django_capture_on_commit_callbacks(execute=True):
        avatars.set_avatar(alice, upload("PNG"), at=NOON, actor=SYSTEM)
    assert len(files()) == 1
    assert files() != before


def test_the_old_file_stays_until_the_change_is_certain(alice):
    avatars.set_avatar(alice, upload(), at=NOON, actor=SYSTEM)
    before = files()
    avatars.remove_avatar(alice, at=NOON, actor=SYSTEM)
    assert files() == before


def test_a_removed_picture_is_gone_once(alice, django_capture_on_commit_callbacks):
    avatars.set_avatar(alice, upload(), at=NOON, actor=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            row = avatars.remove_avatar(alice, at=NOON, actor=SYSTEM)
    assert avatars.open_avatar(row) is None
    assert files() == set()
    types = [event.type for event in Event.objects.all()]
    assert types == ["customer.avatar_changed", "customer.avatar_removed"]


def test_what_is_no_picture_changes_nothing(alice):
    with pytest.raises(ImageNotAccepted):
        avatars.set_avatar(alice, io.BytesIO(b"no picture"), at=NOON, actor=SYSTEM)
    assert files() == set()
    assert not Event.objects.exists()


def test_a_deleted_customer_gets_none_and_leaves_no_file_behind(store):
    gone = make_customer(store, status="deleted")
    with pytest.raises(CustomerDeleted):
        avatars.set_avatar(gone, upload(), at=NOON, actor=SYSTEM)
    assert files() == set()


def test_a_file_that_was_lost_is_no_picture(alice):
    avatars.set_avatar(alice, upload(), at=NOON, actor=SYSTEM)
    row = Customer.objects.get(pk=alice.pk)
    default_storage.delete(row.avatar.name)
    assert avatars.open_avatar(row) is None


@pytest.mark.parametrize("erase", [erasure.anonymize, erasure.delete])
def test_the_file_goes_with_the_person(alice, erase, django_capture_on_commit_callbacks):
    avatars.set_avatar(alice, upload(), at=NOON, actor=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        erase(alice, at=NOON, actor=SYSTEM)
    assert files() == set()
