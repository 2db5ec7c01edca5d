"""Customers' pictures in the Open Loyalty dialect."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from customers import avatars, identification
from loyalty.access import Grant
from loyalty.api.open_loyalty.fields import FileField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView


class AvatarForm(Form):
    """A picture."""

    wrapped_in = "avatar"

    file = FileField(required=True)


class CustomerAvatar(OpenLoyaltyView):
    """The picture of a customer: re-encoded and without metadata; an empty answer where there is none."""

    grant = Grant("CUSTOMER", customer=True)
    form_class = AvatarForm
    answers: ClassVar[dict[str, Any]] = {"GET": OpenApiTypes.BINARY}

    def get(self, request: Request, customer: UUID) -> HttpResponseBase:
        self.check_self(customer)
        avatar = avatars.open_avatar(identification.customer_of(self.store, customer))
        if avatar is None:
            return Response(status=204)
        return HttpResponse(avatar.content, content_type=avatar.content_type)

    def post(self, request: Request, customer: UUID) -> Response:
        self.check_self(customer)
        person = identification.customer_of(self.store, customer)
        avatars.set_avatar(person, self.read()["file"], at=self.at, actor=self.actor)
        return Response(status=204)

    def delete(self, request: Request, customer: UUID) -> Response:
        self.check_self(customer)
        person = identification.customer_of(self.store, customer)
        avatars.remove_avatar(person, at=self.at, actor=self.actor)
        return Response(status=204)
