"""The routes of points of sale and sellers."""

import pytest

from loyalty.models import PointOfSale, Seller
from tests.callers import Caller, as_partner, as_person
from tests.factories import make_pos, make_seller, make_store

pytestmark = pytest.mark.django_db
POS = {
    "name": "Main Street",
    "identifier": "pos1",
    "description": "Our first shop",
    "location": {"street": "Main", "address1": "1", "city": "Wroclaw", "postal": "50-000", "country": "PL",
                 "lat": "51.1", "long": "17.03"},
}  # fmt: skip


def seller_body(pos, **change):
    return {
        "seller": {"firstName": "Sam", "lastName": "Seller", "email": "sam@example.com", "phone": "+48234234000",
                   "plainPassword": "till-password", "posId": str(pos.pk), "active": "1", **change}
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_a_point_of_sale_comes_back_as_it_was_sent(store, encoding):
    caller = as_partner(store, "POS", encoding=encoding)
    pos_id = caller("POST", "/api/DEFAULT/pos", {"pos": POS}).json()["posId"]
    shown = caller("GET", f"/api/DEFAULT/pos/{pos_id}").json()
    assert shown == {
        "posId": pos_id,
        "name": "Main Street",
        "identifier": "pos1",
        "description": "Our first shop",
        "location": {"street": "Main", "address1": "1", "postal": "50-000", "city": "Wroclaw", "country": "PL",
                     "geoPoint": {"lat": 51.1, "long": 17.03}},
        "currency": "EUR",
    }  # fmt: skip
    assert caller("GET", "/api/DEFAULT/pos/identifier/pos1").json() == shown
    assert caller("GET", "/api/DEFAULT/pos/identifier/pos2").status_code == 404


def test_parts_of_a_location_that_are_left_out_stay(store):
    caller = as_partner(store)
    pos_id = caller("POST", "/api/DEFAULT/pos", {"pos": POS}).json()["posId"]
    change = {"name": "High Street", "identifier": "pos1", "location": {"city": "Gdansk", "street": ""}}
    assert caller("PUT", f"/api/DEFAULT/pos/{pos_id}", {"pos": change}).status_code == 200
    location = caller("GET", f"/api/DEFAULT/pos/{pos_id}").json()["location"]
    assert (location["city"], location["postal"]) == ("Gdansk", "50-000")
    assert "street" not in location


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"identifier": None}, "identifier"), ({"identifier": "x" * 129}, "identifier"),
     ({"identifier": "taken"}, "identifier")],
)  # fmt: skip
def test_bad_points_of_sale_are_refused_at_their_field(store, change, field):
    PointOfSale.objects.create(store=store, identifier="taken", name="Old")
    response = as_partner(store)("POST", "/api/DEFAULT/pos", {"pos": {**POS, **change}})
    assert response.status_code == 400
    assert response.json()["form"]["children"][field]["errors"]
    assert PointOfSale.objects.count() == 1


def test_coordinates_outside_the_globe_are_refused(store):
    body = {"pos": {**POS, "location": {"lat": "91", "long": "x"}}}
    response = as_partner(store)("POST", "/api/DEFAULT/pos", body)
    children = response.json()["form"]["children"]["location"]["children"]
    assert children["lat"]["errors"]
    assert children["long"]["errors"]


def test_a_foreign_point_of_sale_answers_as_an_unknown_one(store):
    foreign = make_pos(make_store("FOREIGN"))
    caller = as_partner(store)
    assert caller("GET", f"/api/DEFAULT/pos/{foreign.pk}").status_code == 404
    assert caller("PUT", f"/api/DEFAULT/pos/{foreign.pk}", {"pos": POS}).status_code == 404
    assert caller("GET", f"/api/FOREIGN/pos/{foreign.pk}").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_lists_cost_the_same_for_many_rows(store, number, django_assert_num_queries):
    for _ in range(number):
        make_seller(store)
    caller = as_partner(store)
    caller("GET", "/api/DEFAULT/pos")
    with django_assert_num_queries(3):
        assert len(caller("GET", "/api/DEFAULT/pos", perPage="30").json()["pos"]) == number
    with django_assert_num_queries(3):
        body = caller("GET", "/api/DEFAULT/seller", perPage="30").json()
    assert (len(body["sellers"]), body["total"]) == (number, number)


def test_a_registered_seller_can_log_in(store):
    pos = make_pos(store)
    caller = as_partner(store, "SELLER")
    answer = caller("POST", "/api/DEFAULT/seller/register", seller_body(pos)).json()
    assert answer["email"] == "sam@example.com"
    assert answer["password"] == "till-password"
    shown = caller("GET", f"/api/DEFAULT/seller/{answer['sellerId']}").json()
    assert shown["posName"] == pos.name
    assert (shown["active"], shown["deleted"]) == (True, False)
    assert "password" not in str(shown)
    body = {"_username": "sam@example.com", "_password": "till-password"}
    assert Caller()("POST", "/api/DEFAULT/seller/login_check", body).status_code == 200


@pytest.mark.parametrize("field", ["firstName", "lastName", "email", "plainPassword", "posId"])
def test_a_seller_needs_every_fact(store, field):
    body = seller_body(make_pos(store), **{field: ""})
    response = as_partner(store)("POST", "/api/DEFAULT/seller/register", body)
    assert response.status_code == 400
    assert response.json()["form"]["children"][field]["errors"] == ["This value should not be blank."]
    assert not Seller.objects.exists()


def test_a_seller_s_e_mail_is_used_once_per_store(store):
    make_seller(store, email="sam@example.com")
    response = as_partner(store)("POST", "/api/DEFAULT/seller/register", seller_body(make_pos(store)))
    assert response.json()["form"]["children"]["email"]["errors"] == ["This value is already used."]
    assert Seller.objects.count() == 1


def test_a_seller_stands_at_a_point_of_sale_of_the_store(store):
    foreign = make_pos(make_store("FOREIGN"))
    response = as_partner(store)("POST", "/api/DEFAULT/seller/register", seller_body(foreign))
    assert response.json()["form"]["children"]["posId"]["errors"] == ["This value is not valid."]
    assert not Seller.objects.exists()


def test_a_seller_is_changed_deactivated_and_deleted(store):
    seller = make_seller(store)
    caller, self_made = as_partner(store, "SELLER"), as_person(seller, "seller")
    path = f"/api/DEFAULT/seller/{seller.pk}"
    body = seller_body(seller.point_of_sale, firstName="Samuel", plainPassword="")
    assert caller("PUT", path, body).status_code == 200
    assert caller("GET", path).json()["firstName"] == "Samuel"
    assert self_made("GET", "/api/DEFAULT/pos").status_code == 200
    assert caller("POST", f"{path}/deactivate").status_code == 204
    assert self_made("GET", "/api/DEFAULT/pos").status_code in {401, 403}
    assert caller("POST", f"{path}/activate").status_code == 204
    assert caller("POST", f"{path}/delete").status_code == 204
    assert caller("GET", path).status_code == 404
    assert self_made("GET", "/api/DEFAULT/pos").status_code == 401


def test_sellers_see_points_of_sale_and_no_sellers(store):
    caller = as_person(make_seller(store), "seller")
    assert caller("GET", "/api/DEFAULT/pos").status_code == 200
    assert caller("POST", "/api/DEFAULT/pos", {"pos": POS}).status_code == 403
    assert caller("GET", "/api/DEFAULT/seller").status_code == 403
