"""Members from a partner's list, and where they like to buy."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from customers import enrolment, favourites
from customers.enrolment import SignUp
from loyalty.access import Grant
from loyalty.api.walletapp import forms
from loyalty.api.walletapp.fields import (
    EmailField,
    FlagField,
    ListField,
    PastInstantField,
    TextField,
    UuidField,
)
from loyalty.api.walletapp.forms import BrandForm, Form
from loyalty.api.walletapp.views import WalletAppView
from loyalty.api.walletapp.wire import DONE
from loyalty.models import PointOfSale, Store
from loyalty.refusals import NotFound


class PersonForm(Form):
    """One person of the list."""

    email = EmailField(required=True)
    first_name = TextField()
    last_name = TextField()
    unsubscribed = FlagField(source="is_unsubscribed")
    subscribed_at = PastInstantField()


class SignUpsForm(BrandForm):
    """The list."""

    users = ListField(PersonForm(), required=True, source="sign_ups")


class SignUps(WalletAppView):
    """Everybody of a list becomes a member; who is one already is found. One bad row refuses the whole list."""

    grant = Grant(ability="members.store")
    form_class = SignUpsForm
    answers = {"POST": {"type": "object", "example": {"message": DONE, "data": {"new": {}, "found": {}}}}}

    def post(self, request: Request) -> Response:
        people = [SignUp(**row) for row in self.read()["sign_ups"]]
        enrolled = enrolment.sign_up(self.store, people, at=self.at, actor=self.actor)
        return Response({"message": DONE, "data": {"new": enrolled.new, "found": enrolled.found}})


class LocationForm(Form):
    """A point of sale, by its id."""

    location_id = UuidField(required=True)


class FavouriteForm(LocationForm):
    """Whose favourite it is."""

    users = ListField(UuidField(), required=True, source="customer_ids")


class FavouriteLocation(WalletAppView):
    """A location becomes the favourite of members; its brand is the store that they must belong to."""

    grant = Grant(ability="members.store")
    names_brand = False
    form_class = FavouriteForm

    location: PointOfSale

    def post(self, request: Request) -> Response:
        asked = self.read()["customer_ids"]
        found = favourites.assign_to_many(self.location, asked, at=self.at, actor=self.actor)
        users = [str(member) for member in dict.fromkeys(asked) if member in found]
        return Response({"success": True, "users": users})

    def find_store(self, kwargs: dict[str, Any]) -> Store | None:
        """Find the store whose point of sale `location_id` names.

        Raises: FormInvalid when it is missing or malformed, NotFound when unknown.
        """
        super().find_store(kwargs)
        location_id = forms.read(LocationForm, self.params, context={})["location_id"]
        found = PointOfSale.objects.select_related("store").filter(pk=location_id).first()
        if found is None or not found.store.is_active:
            raise NotFound
        self.location = found
        return found.store
