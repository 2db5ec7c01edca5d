"""Imports in the cockpit: handing in, following, what became of each row, who may see which."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.models import Customer
from loyalty import access
from loyalty.actors import Actor, ActorKind
from loyalty.imports import kinds
from loyalty.models import ImportJob, ImportRow
from tests.cockpit import admin_browser, browser_of, is_done, press, reporter_browser, statements_of, text_of
from tests.factories import NOON, make_customer, make_staff, make_store
from tests.loyalty.test_kinds import points

pytestmark = pytest.mark.django_db
ADMIN = Actor(kind=ActorKind.ADMIN, id="1", name="ada")
LIST = "/cockpit/loyalty/importjob/"


def make_job(store, kind: str = "points", landed: int = 2, refused: int = 1, **fields) -> ImportJob:
    total = landed + refused
    job = ImportJob.objects.create(
        store=store, kind=kind, filename=f"{kind}.xml", state=fields.pop("state", "done"), total=total,
        processed=total, succeeded=landed, failed=refused, actor_kind="admin", **fields,
    )  # fmt: skip
    ImportRow.objects.bulk_create(
        ImportRow(
            job=job, number=number, identifier=f"row-{number}.", is_success=number <= landed,
            message="" if number <= landed else "=It was too late",
            object_id=str(job.pk) if number <= landed else "",
        )
        for number in range(1, total + 1)
    )  # fmt: skip
    return job


def page_of(job: ImportJob, query: str = "") -> str:
    return reverse("admin:loyalty_importjob_change", args=[job.pk]) + query


def staff_for(resource: str):
    user = make_staff(f"clerk-{resource.lower()}", is_superuser=False)
    codes = access.permissions_of(resource, access.Access.VIEW)
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=[code.partition(".")[2] for code in codes])
    )
    return browser_of(user)


class TestPage:
    def test_refused_rows_come_first_and_chips_lead_to_the_others(self, store):
        job = make_job(store)
        browser = admin_browser()
        shown = text_of(browser.get(page_of(job)))
        assert "All 3 Landed 2 Refused 1" in shown
        assert "row-3." in shown
        assert "too late" in shown
        assert "row-1." not in shown
        landed = text_of(browser.get(page_of(job, "?rows=landed")))
        assert "row-1." in landed
        assert "row-3." not in landed
        assert "row-3." in text_of(browser.get(page_of(job, "?rows=all")))

    def test_a_row_that_landed_leads_to_what_it_made(self, store):
        job = make_job(store)
        made = reverse("admin:wallet_pointstransfer_change", args=[job.pk])
        assert made in admin_browser().get(page_of(job, "?rows=landed")).content.decode()

    def test_many_rows_come_in_pages_at_a_constant_cost(self, store):
        few, many = make_job(store, refused=1), make_job(store, kind="purchases", refused=250)
        browser = admin_browser()
        assert statements_of(browser, page_of(few)) == statements_of(browser, page_of(many)) <= 10
        shown = text_of(browser.get(page_of(many, "?rows=refused&page=5")))
        assert "Page 5 of 5" in shown
        assert "row-252." in shown
        assert "row-3." not in shown

    @pytest.mark.parametrize("query", ["?rows=nonsense", "?page=99", "?page=x&rows=landed", "?page=-1"])
    def test_a_wrong_address_shows_the_nearest_page(self, store, query):
        assert admin_browser().get(page_of(make_job(store), query)).status_code == 200

    def test_refused_rows_are_a_file_that_no_spreadsheet_obeys(self, store):
        job = make_job(store)
        response = admin_browser().get(reverse("admin:loyalty_importjob_rows", args=[job.pk]))
        lines = b"".join(response.streaming_content).decode().splitlines()
        assert lines == ["Row,Identifier,Why", "3,row-3.,'=It was too late"]


class TestGoingOn:
    def handed_in(self, store) -> ImportJob:
        make_customer(store, card_number="111")
        kind = kinds.kind_named("points")
        return kinds.hand_in(store, kind=kind, file=points("111"), filename="x.xml", actor=ADMIN, at=NOON)

    def test_what_stands_still_is_taken_up_again(self, store, django_capture_on_commit_callbacks, settings):
        settings.EMBEDDED = False
        job = self.handed_in(store)
        browser = admin_browser()
        assert "Go on with it" in text_of(browser.get(page_of(job)))
        with django_capture_on_commit_callbacks(execute=True):
            assert is_done(press(browser, "loyalty_importjob_go_on", job))
        job.refresh_from_db()
        assert (job.state, job.succeeded) == ("done", 1)
        assert "Go on with it" not in text_of(browser.get(page_of(job)))

    def test_a_reporter_is_not_offered_it_and_may_not(self, store):
        job = self.handed_in(store)
        browser = reporter_browser()
        assert "Go on with it" not in text_of(browser.get(page_of(job)))
        assert press(browser, "loyalty_importjob_go_on", job).status_code == 403
        job.refresh_from_db()
        assert job.processed == 0


class TestRights:
    def test_each_role_sees_the_imports_of_what_it_may_see(self, store):
        gifts, baskets = make_job(store, "points"), make_job(store, "purchases")
        browser = staff_for("POINT_TRANSFER")
        shown = text_of(browser.get(LIST))
        assert "points.xml" in shown
        assert "purchases.xml" not in shown
        assert browser.get(reverse("admin:loyalty_importjob_rows", args=[gifts.pk])).status_code == 200
        for page in ("rows", "progress"):
            assert (
                browser.get(reverse(f"admin:loyalty_importjob_{page}", args=[baskets.pk])).status_code == 404
            )

    def test_who_may_see_none_finds_none(self, store):
        browser = browser_of(make_staff(is_superuser=False))
        assert browser.get(LIST).status_code == 403
        job = make_job(store)
        assert browser.get(reverse("admin:loyalty_importjob_rows", args=[job.pk])).status_code == 403

    def test_those_of_another_store_are_not_there(self, store):
        job = make_job(make_store("NORTH"))
        browser = admin_browser()
        assert "points.xml" not in text_of(browser.get(LIST))
        assert browser.get(reverse("admin:loyalty_importjob_progress", args=[job.pk])).status_code == 404


class TestHandingIn:
    address = "admin:wallet_pointstransfer_upload"

    def test_a_file_of_points_opens_its_import(self, store, settings):
        settings.EMBEDDED = False
        make_customer(store, card_number="111")
        file = SimpleUploadedFile("gifts.xml", points("111").read(), content_type="text/xml")
        response = admin_browser().post(reverse(self.address), {"file": file})
        job = ImportJob.objects.get()
        assert response.headers["Location"] == page_of(job)
        assert (job.kind, job.filename, job.total) == ("points", "gifts.xml", 1)

    def test_a_hostile_file_is_refused_with_its_reason(self, store):
        file = SimpleUploadedFile("x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><pointsTransfers/>')
        response = admin_browser().post(reverse(self.address), {"file": file})
        assert response.status_code == 200
        assert "document type" in text_of(response).lower()
        assert not ImportJob.objects.exists()

    @pytest.mark.parametrize("listed", ["customers_customer", "wallet_pointstransfer", "orders_purchase"])
    def test_a_reporter_is_not_offered_it_and_may_not(self, store, listed):
        browser = reporter_browser()
        assert "Import XML" not in text_of(browser.get(reverse(f"admin:{listed}_changelist")))
        assert browser.get(reverse(f"admin:{listed}_upload")).status_code == 403
        assert "Import XML" in text_of(admin_browser().get(reverse(f"admin:{listed}_changelist")))

    def test_a_file_of_customers_is_worked_through(self, store, settings, django_capture_on_commit_callbacks):
        settings.EMBEDDED = False
        make_customer(store, email="taken@example.com")
        rows = "".join(
            f"<customer><email>{email}</email><firstName>Ada</firstName><lastName>New</lastName><active>1</active>"
            "<gender>female</gender><agreement1>1</agreement1></customer>"
            for email in ("ada@example.com", "taken@example.com")
        )
        file = SimpleUploadedFile("people.xml", f"<customers>{rows}</customers>".encode())
        browser = admin_browser()
        with django_capture_on_commit_callbacks(execute=True):
            response = browser.post(reverse("admin:customers_customer_upload"), {"file": file})
        shown = text_of(browser.get(response.headers["Location"]))
        assert "All 2 Landed 1 Refused 1" in shown
        assert "taken@example.com" in shown
        ada = Customer.objects.get(email="ada@example.com")
        landed = browser.get(f"{response.headers['Location']}?rows=landed").content.decode()
        assert reverse("admin:customers_customer_change", args=[ada.pk]) in landed
