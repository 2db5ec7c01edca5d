"""The cockpit's ground floor: who sees what, shops, people, access, logs."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from loyalty import access, shops, tokens
from loyalty.actors import SYSTEM
from loyalty.cockpit.navigation import NAVIGATION
from loyalty.models import AuditEntry, Event, PermanentToken, PointOfSale, Seller, StaffUser
from tests.cockpit import admin_browser, browser_of, is_done, press, reporter_browser
from tests.factories import NOON, make_pos, make_seller, make_staff, make_store

pytestmark = pytest.mark.django_db


def pages() -> list[str]:
    return [str(item["link"]) for group in NAVIGATION for item in group["items"]]


def test_every_page_of_the_sidebar_opens(store):
    browser = admin_browser()
    assert [browser.get(page).status_code for page in pages()] == [200] * len(pages())


def test_every_empty_list_says_what_it_is_for(store):
    browser = admin_browser()
    shown = browser.get(reverse("admin:loyalty_pointofsale_changelist")).content.decode()
    assert "A point of sale is a shop" in shown
    assert "New point of sale" in shown


def test_a_stranger_is_sent_to_the_log_in(store):
    response = Client().get("/cockpit/customers/customer/")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/cockpit/login/")


def test_logging_in_opens_the_dashboard(store):
    make_staff("ada", "open-sesame")
    response = Client().post("/cockpit/login/", {"username": "ada", "password": "open-sesame"})
    assert response.headers["Location"] == "/cockpit/"


def test_the_cockpit_speaks_one_language(store):
    browser = admin_browser()
    shown = browser.get("/cockpit/customers/customer/", headers={"accept-language": "pl"}).content.decode()
    assert '<html lang="en"' in shown
    assert "Wyloguj" not in shown


def test_a_role_shows_only_what_it_may_see(store):
    access.ensure_roles()
    user = make_staff("clerk", is_superuser=False)
    role = Group.objects.create(name="Clerk")
    role.permissions.add(*access._existing_permissions({"customers.view_customer"}))
    user.groups.add(role)
    browser = browser_of(user)
    shown = browser.get("/cockpit/").content.decode()
    assert 'href="/cockpit/customers/customer/"' in shown
    assert 'href="/cockpit/wallet/pointstransfer/"' not in shown
    assert browser.get("/cockpit/wallet/pointstransfer/").status_code == 403
    assert browser.get("/cockpit/customers/customer/add/").status_code == 403


def test_a_reporter_sees_everything_and_is_offered_no_change(store):
    make_pos(store)
    browser = reporter_browser()
    shown = browser.get(reverse("admin:loyalty_pointofsale_changelist")).content.decode()
    assert "Main Street" in shown
    assert "New point of sale" not in shown
    assert browser.post(reverse("admin:loyalty_pointofsale_add"), {"name": "X"}).status_code == 403


class TestStores:
    def test_rows_of_another_store_do_not_exist(self, store):
        elsewhere = make_pos(make_store("NORTH"), "North Pole")
        browser = admin_browser()
        shown = browser.get(reverse("admin:loyalty_pointofsale_changelist")).content.decode()
        assert "North Pole" not in shown
        page = reverse("admin:loyalty_pointofsale_change", args=[elsewhere.pk])
        assert browser.get(page).status_code == 302

    def test_the_switcher_opens_another_store(self, store):
        north = make_store("NORTH")
        make_pos(north, "North Pole")
        browser = admin_browser()
        browser.get(reverse("admin:switch_store", args=[north.pk]))
        shown = browser.get(reverse("admin:loyalty_pointofsale_changelist")).content.decode()
        assert "North Pole" in shown

    def test_staff_of_one_store_are_never_shown_another(self, store):
        north = make_store("NORTH")
        user = make_staff()
        user.stores.add(north)
        browser = browser_of(user)
        assert "Store NORTH" in browser.get("/cockpit/").content.decode()
        assert browser.get(reverse("admin:switch_store", args=[store.pk])).status_code == 404

    def test_without_any_store_the_dashboard_says_how_to_make_one(self):
        assert "No store yet" in admin_browser().get("/cockpit/").content.decode()


class TestPointsOfSale:
    values = {"name": "Harbour", "identifier": "harbour", "city": "Gdynia"}

    def test_one_is_made_in_the_form(self, store):
        admin_browser().post(reverse("admin:loyalty_pointofsale_add"), self.values)
        shop = PointOfSale.objects.get()
        assert (shop.store, shop.name, shop.address) == (store, "Harbour", {"city": "Gdynia"})
        assert AuditEntry.objects.get().event_type == "pos.saved"

    def test_a_taken_identifier_comes_back_as_the_forms_error_and_nothing_changes(self, store):
        browser = admin_browser()
        browser.post(reverse("admin:loyalty_pointofsale_add"), self.values)
        response = browser.post(reverse("admin:loyalty_pointofsale_add"), {**self.values, "name": "Other"})
        assert "Another point of sale of this store has this identifier." in response.content.decode()
        assert PointOfSale.objects.count() == 1
        assert Event.objects.count() == 1

    def test_one_with_sellers_is_not_deleted(self, store):
        seller = make_seller(store)
        address = reverse("admin:loyalty_pointofsale_delete", args=[seller.point_of_sale_id])
        response = admin_browser().post(address, {"post": "yes"}, follow=True)
        assert "Move or delete the sellers" in response.content.decode()
        assert PointOfSale.objects.filter(pk=seller.point_of_sale_id).exists()


class TestSellers:
    def test_a_new_password_ends_open_sessions(self, store):
        seller = make_seller(store)
        before = seller.token_version
        values = {
            "first_name": "Sam", "last_name": "Seller", "email": seller.email, "is_active": "on",
            "point_of_sale": str(seller.point_of_sale_id), "password": "another-password",
        }  # fmt: skip
        admin_browser().post(reverse("admin:loyalty_seller_change", args=[seller.pk]), values)
        seller.refresh_from_db()
        assert seller.check_password("another-password")
        assert seller.token_version > before

    def test_deleting_takes_the_access_away_and_keeps_the_row(self, store):
        seller = make_seller(store)
        admin_browser().post(reverse("admin:loyalty_seller_delete", args=[seller.pk]), {"post": "yes"})
        seller.refresh_from_db()
        assert seller.is_deleted
        assert not seller.is_active_principal

    def test_an_e_mail_is_used_once(self, store):
        seller = make_seller(store)
        values = {
            "first_name": "Eve", "last_name": "Else", "email": seller.email.upper(), "is_active": "on",
            "point_of_sale": str(seller.point_of_sale_id), "password": "another-password",
        }  # fmt: skip
        response = admin_browser().post(reverse("admin:loyalty_seller_add"), values)
        assert "Another seller of this store has this e-mail." in response.content.decode()
        assert Seller.objects.count() == 1


class TestUsers:
    def test_one_is_made_with_a_role(self, store):
        access.ensure_roles()
        role = Group.objects.get(name="Reporter")
        values = {
            "username": "bob", "email": "bob@example.com", "password": "a-long-password", "is_active": "on",
            "groups": [role.pk],
        }  # fmt: skip
        admin_browser().post(reverse("admin:loyalty_staffuser_add"), values)
        user = StaffUser.objects.get(username="bob")
        assert user.check_password("a-long-password")
        assert list(user.groups.all()) == [role]
        assert not user.is_superuser

    def test_the_last_administrator_stays_one(self, store):
        admin = make_staff()
        values = {"username": admin.username, "email": admin.email, "is_active": "on"}
        response = browser_of(admin).post(reverse("admin:loyalty_staffuser_change", args=[admin.pk]), values)
        assert "This is the last active superuser." in response.content.decode()
        admin.refresh_from_db()
        assert admin.is_superuser

    def test_who_is_no_superuser_can_make_none(self, store):
        make_staff()
        access.ensure_roles()
        user = make_staff("head", is_superuser=False)
        user.groups.add(Group.objects.get(name="Full administrator"))
        values = {
            "username": "eve", "email": "eve@example.com", "password": "a-long-password", "is_active": "on",
            "is_superuser": "on",
        }  # fmt: skip
        browser_of(user).post(reverse("admin:loyalty_staffuser_add"), values)
        assert not StaffUser.objects.get(username="eve").is_superuser


class TestRoles:
    def test_cells_of_the_grid_become_permissions(self, store):
        values = {"name": "Clerk", "rights": ["CUSTOMER:VIEW", "CUSTOMER:MODIFY", "LEVEL:VIEW"]}
        admin_browser().post(reverse("admin:auth_group_add"), values)
        held = set(Group.objects.get(name="Clerk").permissions.values_list("codename", flat=True))
        assert held == {"view_customer", "add_customer", "change_customer", "delete_customer", "view_level"}

    def test_the_master_role_stays(self, store):
        access.ensure_roles()
        master = Group.objects.get(name="Full administrator")
        admin_browser().post(reverse("admin:auth_group_delete", args=[master.pk]), {"post": "yes"})
        assert Group.objects.filter(pk=master.pk).exists()

    def test_who_is_no_superuser_changes_no_role(self, store):
        assert reporter_browser().get(reverse("admin:auth_group_add")).status_code == 403


class TestTokens:
    def test_one_is_shown_once_and_stored_as_a_digest(self, store):
        browser = admin_browser()
        values = {"name": "Till", "abilities": ["TRANSACTION:MODIFY"]}
        shown = browser.post(reverse("admin:loyalty_permanenttoken_add"), values).content.decode()
        token = PermanentToken.objects.get()
        raw = shown.split('<code id="token">')[1].split("</code>")[0]
        assert token.digest == tokens.digest_of(raw)
        assert (token.store, token.abilities) == (store, ["TRANSACTION:MODIFY"])
        again = browser.get(reverse("admin:loyalty_permanenttoken_change", args=[token.pk])).content.decode()
        assert raw not in again

    def test_one_without_abilities_is_refused(self, store):
        response = admin_browser().post(reverse("admin:loyalty_permanenttoken_add"), {"name": "Till"})
        assert "Choose at least one." in response.content.decode()
        assert not PermanentToken.objects.exists()

    def test_a_revoked_token_opens_nothing(self, store):
        token, raw = tokens.create_permanent("Till", store=store, abilities=["*"])
        assert is_done(press(admin_browser(), "loyalty_permanenttoken_revoke", token))
        with pytest.raises(tokens.InvalidToken):
            tokens.read_permanent(raw, at=NOON)


class TestLogs:
    def test_the_number_of_statements_does_not_grow_with_the_rows(self, store, django_assert_max_num_queries):
        browser = admin_browser()
        for number in range(30):
            values = {"identifier": f"pos{number}", "name": "Shop"}
            shops.save_point_of_sale(store, values=values, actor=SYSTEM, at=NOON)
        for name in ("event", "auditentry", "pointofsale"):
            with django_assert_max_num_queries(12):
                browser.get(reverse(f"admin:loyalty_{name}_changelist"))

    def test_events_are_never_changed(self, store):
        shops.save_point_of_sale(store, values={"identifier": "a", "name": "A"}, actor=SYSTEM, at=NOON)
        event = Event.objects.get()
        browser = admin_browser()
        address = reverse("admin:loyalty_event_change", args=[event.pk])
        assert browser.get(address).status_code == 200
        assert browser.post(address, {"type": "other"}).status_code == 403
        assert browser.get(reverse("admin:loyalty_event_add")).status_code == 403


class TestDownloads:
    def test_no_cell_begins_a_formula(self, store):
        make_pos(store, '=HYPERLINK("http://example.com")')
        response = admin_browser().get(reverse("admin:loyalty_pointofsale_export", args=["csv"]))
        text = b"".join(response.streaming_content).decode()
        assert "'=HYPERLINK" in text
        assert '"=HYPERLINK' not in text

    def test_a_workbook_holds_the_filtered_rows(self, store):
        from io import BytesIO

        from openpyxl import load_workbook

        make_pos(store, "Main Street")
        make_pos(store, "Har\x01\x1bbour\uffff")
        make_pos(store, "Harbour")
        response = admin_browser().get(reverse("admin:loyalty_pointofsale_export", args=["xlsx"]) + "?q=har")
        sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
        assert [row[1] for row in sheet.values] == ["Name", "Harbour", "Harbour"]


class TestPalette:
    def test_it_finds_pages_and_only_those_the_role_sees(self, store):
        assert (
            "/cockpit/loyalty/permanenttoken/"
            in admin_browser().get("/cockpit/search/?s=tok").content.decode()
        )
        access.ensure_roles()
        clerk = browser_of(make_staff("clerk", is_superuser=False))
        assert "/cockpit/loyalty/permanenttoken/" not in clerk.get("/cockpit/search/?s=tok").content.decode()

    def test_it_says_so_when_it_finds_nothing(self, store):
        assert "Nothing is called" in admin_browser().get("/cockpit/search/?s=%3Cb%3Exyz").content.decode()
