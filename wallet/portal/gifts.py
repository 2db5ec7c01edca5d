"""Points for a friend: to whom, how many, and the password as proof that it is the customer who gives."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.portal import session
from customers.portal.forms import ProofForm, filled, show, text_field
from customers.portal.frame import customer_page, form_page
from customers.templatetags.portal import portal_path
from loyalty.amounts import BadAmount, parse_amount
from loyalty.models import Store
from wallet import gifts, ledger
from wallet.models import PointsTransfer

SOURCE = "portal"
_STALE = _("This form was sent before. Open the page again.")


class GiftForm(ProofForm):
    """A gift. `once` names this opening of the form: sent twice, it moves points once."""

    field_order = ("friend", "points", "password", "once")
    PLACES: ClassVar[dict[str, str]] = {**ProofForm.PLACES, "receiver": "friend"}

    friend = text_field(
        _("Your friend's e-mail, phone or card number"),
        autocomplete="off",
        limit=254,
        required=True,
        attrs={"autocapitalize": "none"},
    )
    points = text_field(
        _("How many points"), autocomplete="off", limit=20, required=True, attrs={"inputmode": "decimal"}
    )
    once = forms.UUIDField(widget=forms.HiddenInput(), error_messages={"required": _STALE, "invalid": _STALE})

    def clean_points(self) -> Decimal:
        typed = "".join(self.cleaned_data["points"].split()).replace(",", ".")
        try:
            return parse_amount(typed)
        except BadAmount:
            raise ValidationError(_("Write a number of points, like 12 or 12.50.")) from None


@form_page
@customer_page
def give(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Move points to a friend at once, and say so."""
    at = timezone.now()
    form = filled(GiftForm, request, initial={"once": uuid4()})
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            values = form.cleaned_data
            form.prove(customer)
            sent = gifts.send(
                customer,
                values["friend"],
                values["points"],
                at=at,
                actor=session.actor_of(customer),
                origin=ledger.Origin(source=SOURCE, external_id=str(values["once"])),
            )
            return redirect(f"{portal_path(store, 'points:give')}?done={sent.pk}")
    opens = gifts.open_from(customer)
    return show(
        request,
        store,
        "give_points",
        "me",
        form,
        customer=customer,
        opens=opens if at < opens else None,
        left=gifts.left_today(customer, at=at),
        sent=_sent(customer, request.GET.get("done", "")),
    )


def _sent(customer: Customer, named: str) -> PointsTransfer | None:
    """Give the customer's own gift that the address names."""
    try:
        gift = UUID(named)
    except ValueError:
        return None
    kind = PointsTransfer.Kind.P2P_SPENDING
    return PointsTransfer.objects.filter(pk=gift, wallet_id=customer.pk, kind=kind).first()
