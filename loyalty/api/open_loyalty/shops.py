"""Points of sale and sellers on the wire."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty import shops
from loyalty.access import Grant
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.fields import (
    DecimalField,
    EmailField,
    FlagField,
    PasswordField,
    TextField,
    UuidField,
)
from loyalty.api.open_loyalty.forms import AddressForm, Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.models import PointOfSale, Seller
from loyalty.refusals import InvalidInput, NotFound

# Keys of a location as they are stored and shown; latitude and longitude have columns.
_ADDRESS_KEYS = ("street", "address1", "address2", "postal", "city", "province", "country")


class LocationForm(AddressForm):
    country = TextField(max_length=64)
    lat = DecimalField(places=8, at_least=Decimal(-90), at_most=Decimal(90))
    long = DecimalField(places=8, at_least=Decimal(-180), at_most=Decimal(180))


class PosForm(Form):
    wrapped_in = "pos"

    name = TextField(required=True)
    identifier = TextField(required=True, max_length=128)
    description = TextField(max_length=4000)
    location = LocationForm()


class PosList(OpenLoyaltyView):
    grants = {"GET": Grant("POS", seller=True), "POST": Grant("POS")}
    form_class = PosForm

    def get(self, request: Request) -> Response:
        columns = {"name": "name", "identifier": "identifier", "createdAt": "created_at"}
        page = self.paginate(self.store.points_of_sale.all(), sort=columns, default="name")
        return Response({"pos": [pos_record(self, pos) for pos in page.items], "total": page.total})

    def post(self, request: Request) -> Response:
        values = pos_values(self.read(), None)
        pos = shops.save_point_of_sale(self.store, values=values, actor=self.actor, at=self.at)
        return Response({"posId": pos.id})


class PosDetail(OpenLoyaltyView):
    grants = {"GET": Grant("POS", seller=True), "PUT": Grant("POS")}
    form_class = PosForm

    def get(self, request: Request, pos: UUID) -> Response:
        return Response(pos_record(self, find_pos(self, pk=pos)))

    def put(self, request: Request, pos: UUID) -> Response:
        shop = find_pos(self, pk=pos)
        values = pos_values(self.read(), shop)
        shops.save_point_of_sale(self.store, values=values, shop=shop, actor=self.actor, at=self.at)
        return Response({"posId": shop.id})


class PosByIdentifier(OpenLoyaltyView):
    grant = Grant("POS", seller=True)

    def get(self, request: Request, identifier: str) -> Response:
        if "\x00" in identifier:
            raise NotFound
        return Response(pos_record(self, find_pos(self, identifier=identifier)))


def find_pos(view: OpenLoyaltyView, **named: Any) -> PointOfSale:
    """Find a point of sale of the view's store. Raises: NotFound."""
    pos = view.store.points_of_sale.filter(**named).first()
    if pos is None:
        raise NotFound
    return pos


def pos_values(data: dict[str, Any], shop: PointOfSale | None) -> dict[str, Any]:
    """Turn a form's values into columns; parts of a location that the form leaves out stay."""
    location = data.pop("location", None)
    if not location:
        return data
    address = dict(shop.address) if shop else {}
    address.update({key: location[key] for key in _ADDRESS_KEYS if key in location})
    data["address"] = {key: value for key, value in address.items() if value}
    for key, column in (("lat", "latitude"), ("long", "longitude")):
        if key in location:
            data[column] = None if location[key] is None else float(location[key])
    return data


def pos_record(view: OpenLoyaltyView, pos: PointOfSale) -> dict[str, Any]:
    location: dict[str, Any] = {key: pos.address[key] for key in _ADDRESS_KEYS if pos.address.get(key)}
    if pos.latitude is not None and pos.longitude is not None:
        location["geoPoint"] = {"lat": pos.latitude, "long": pos.longitude}
    return {
        "posId": pos.id,
        "name": pos.name,
        "identifier": pos.identifier,
        "description": pos.description,
        "location": location,
        "currency": view.store.currency,
    }


class SellerForm(Form):
    wrapped_in = "seller"

    firstName = TextField(required=True, source="first_name", max_length=150)
    lastName = TextField(required=True, source="last_name", max_length=150)
    email = EmailField(required=True)
    phone = TextField(max_length=32)
    plainPassword = PasswordField(required=True, source="password")
    posId = UuidField(required=True, source="point_of_sale_id")
    active = FlagField(source="is_active")


class SellerChangeForm(SellerForm):
    plainPassword = PasswordField(source="password")


class SellerList(OpenLoyaltyView):
    grant = Grant("SELLER")

    def get(self, request: Request) -> Response:
        columns = {
            "firstName": "first_name",
            "lastName": "last_name",
            "email": "email",
            "createdAt": "created_at",
        }
        page = self.paginate(sellers_of(self), sort=columns, default="lastName")
        return Response({"sellers": [seller_record(seller) for seller in page.items], "total": page.total})


class SellerRegistration(OpenLoyaltyView):
    grant = Grant("SELLER")
    form_class = SellerForm

    def post(self, request: Request) -> Response:
        values = self.read()
        password = values.pop("password")
        check_pos(self, values)
        seller = shops.save_seller(self.store, values=values, password=password, actor=self.actor, at=self.at)
        return Response({"sellerId": seller.id, "password": password, "email": seller.email})


class SellerDetail(OpenLoyaltyView):
    grant = Grant("SELLER")
    form_class = SellerChangeForm

    def get(self, request: Request, seller: UUID) -> Response:
        return Response(seller_record(find_seller(self, seller)))

    def put(self, request: Request, seller: UUID) -> Response:
        found = find_seller(self, seller)
        values = self.read()
        password = values.pop("password", "")
        check_pos(self, values)
        shops.save_seller(
            self.store, values=values, password=password, seller=found, actor=self.actor, at=self.at
        )
        return Response({"sellerId": found.id})


class SellerActivity(OpenLoyaltyView):
    """Activate or deactivate a seller."""

    grant = Grant("SELLER")
    active = True

    def post(self, request: Request, seller: UUID) -> Response:
        found = find_seller(self, seller)
        shops.save_seller(
            self.store, values={"is_active": self.active}, seller=found, actor=self.actor, at=self.at
        )
        return Response(status=204)


class SellerDeletion(OpenLoyaltyView):
    grant = Grant("SELLER")

    def post(self, request: Request, seller: UUID) -> Response:
        shops.delete_seller(find_seller(self, seller), actor=self.actor, at=self.at)
        return Response(status=204)


def sellers_of(view: OpenLoyaltyView) -> QuerySet[Seller]:
    return view.store.sellers.filter(is_deleted=False).select_related("point_of_sale")


def find_seller(view: OpenLoyaltyView, seller_id: UUID) -> Seller:
    """Find a seller of the view's store. Raises: NotFound."""
    seller = sellers_of(view).filter(pk=seller_id).first()
    if seller is None:
        raise NotFound
    return seller


def check_pos(view: OpenLoyaltyView, values: dict[str, Any]) -> None:
    """Refuse a point of sale that is not the store's. Raises: InvalidInput."""
    if not view.store.points_of_sale.filter(pk=values["point_of_sale_id"]).exists():
        raise InvalidInput(field="point_of_sale_id", reason="This value is not valid.")


def seller_record(seller: Seller) -> dict[str, Any]:
    return wire.compact(
        {
            "sellerId": seller.id,
            "firstName": seller.first_name,
            "lastName": seller.last_name,
            "email": seller.email,
            "phone": seller.phone,
            "posId": seller.point_of_sale_id,
            "posName": seller.point_of_sale.name,
            "posCity": seller.point_of_sale.address.get("city"),
            "active": seller.is_active,
            "deleted": seller.is_deleted,
        }
    )
