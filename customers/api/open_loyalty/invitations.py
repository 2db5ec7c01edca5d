"""Invitations in the Open Loyalty dialect: staff list them, customers send them."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from rest_framework.request import Request
from rest_framework.response import Response

from customers import contact, identification, invitations, queries
from customers.models import Invitation
from loyalty.access import Grant
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.fields import ChoiceField, EmailField, TextField, UuidField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView

SORT = {
    "invitationId": "pk",
    "createdAt": "created_at",
    "status": "status",
    "referrerId": "referrer_id",
    "referrerEmail": "referrer__email_key",
    "recipientId": "recipient_id",
    "recipientEmail": "recipient_email_key",
    "recipientPhone": "recipient_phone",
}
# The document's words for the filter, as written there and as the list answers them.
_STATUSES: dict[str, str | None] = {
    "All": None,
    "all": None,
    "Invited": Invitation.Status.INVITED,
    "invited": Invitation.Status.INVITED,
    "Registered": Invitation.Status.REGISTERED,
    "registered": Invitation.Status.REGISTERED,
    "Made purchase": Invitation.Status.MADE_PURCHASE,
    "made_purchase": Invitation.Status.MADE_PURCHASE,
}


class InvitationFilterForm(Form):
    """The filters of the list."""

    referrerId = UuidField(source="referrer_id")
    referrerEmail = TextField(source="referrer_email")
    referrerName = TextField(source="referrer_name")
    recipientId = UuidField(source="recipient_id")
    recipientEmail = TextField(source="recipient_email")
    recipientPhone = TextField(source="recipient_phone", max_length=64)
    recipientName = TextField(source="recipient_name")
    status = ChoiceField(_STATUSES)


class InvitationForm(Form):
    """Whom a customer invites."""

    wrapped_in = "invitation"

    recipientEmail = EmailField(source="email")
    recipientPhone = TextField(source="phone", max_length=64)


class InvitationTokenForm(Form):
    """By which invitation a new customer comes; read beside the registration's own form."""

    wrapped_in: ClassVar[str | None] = "customer"

    invitationToken = TextField(source="token", max_length=64)


class InvitationList(OpenLoyaltyView):
    """Every invitation of the store."""

    grant = Grant("CUSTOMER")
    form_classes = {"GET": InvitationFilterForm}

    def get(self, request: Request) -> Response:
        rows = narrow(invitations.invitations_of(self.store), self.read(), view=self)
        page = self.paginate(rows, sort=SORT, default="createdAt", direction="DESC")
        return Response({"invitations": [record(each) for each in page.items], "total": page.total})


class InviteFriend(OpenLoyaltyView):
    """A customer invites somebody by e-mail or by phone."""

    grant = Grant(customer=True)
    form_class = InvitationForm

    def post(self, request: Request) -> Response:
        values = self.read()
        invitation = invitations.invite(
            identification.customer_of(self.store, UUID(self.actor.id)),
            email=values.get("email") or "",
            phone=values.get("phone") or "",
            at=self.at,
            actor=self.actor,
        )
        return Response({"invitationId": invitation.pk})


def narrow(
    rows: QuerySet[Invitation], wanted: dict[str, Any], *, view: OpenLoyaltyView
) -> QuerySet[Invitation]:
    """Narrow the list by the filters given; texts must occur, letter case aside."""
    given = {name: value for name, value in wanted.items() if value}
    conditions = Q()
    for name in ("referrer_id", "recipient_id", "status"):
        if name in given:
            conditions &= Q(**{name: given[name]})
    if "referrer_email" in given:
        conditions &= Q(referrer__email_key__contains=contact.fold_email(given["referrer_email"]))
    if "recipient_email" in given:
        conditions &= Q(recipient_email_key__contains=contact.fold_email(given["recipient_email"]))
    if "recipient_phone" in given:
        conditions &= queries.phone_condition("recipient_phone", given["recipient_phone"], view.store)
    for person in ("referrer", "recipient"):
        if f"{person}_name" in given:
            full_name = Concat(f"{person}__first_name", Value(" "), f"{person}__last_name")
            rows = rows.alias(**{f"{person}_full_name": full_name})
            conditions &= Q(**{f"{person}_full_name__icontains": given[f"{person}_name"]})
    return rows.filter(conditions)


def record(invitation: Invitation) -> dict[str, Any]:
    """Give an invitation as the list shows it."""
    referrer, recipient = invitation.referrer, invitation.recipient
    always = {
        "referrerId": referrer.pk,
        "recipientId": recipient.pk if recipient else "",
        "invitationId": invitation.pk,
        "referrerEmail": referrer.email,
        "referrerName": referrer.full_name,
        "recipientEmail": invitation.recipient_email,
        "status": invitation.status,
        "token": invitation.token,
    }
    sometimes = {
        "recipientPhone": invitation.recipient_phone or None,
        "recipientName": recipient.full_name if recipient else None,
    }
    return {**always, **wire.compact(sometimes)}
