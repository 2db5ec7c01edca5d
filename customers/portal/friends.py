"""Friends whom a customer invites, and how far each invitation came."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import invitations
from customers.models import Customer
from customers.portal import session
from customers.portal.forms import PortalForm, filled, show, text_field
from customers.portal.frame import customer_page, form_page
from customers.templatetags.portal import portal_path
from loyalty.models import Store

_SHOWN = 50


class InviteForm(PortalForm):
    """Where the invitation goes: one field for both kinds of address."""

    PLACES: ClassVar[dict[str, str]] = {"email": "friend", "phone": "friend"}

    friend = text_field(_("Your friend's e-mail or phone"), autocomplete="off", limit=254, required=True)


@form_page
@customer_page
def invite(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Send an invitation, and show those that were sent."""
    form = filled(InviteForm, request)
    if form.is_bound and form.is_valid():
        friend = form.cleaned_data["friend"]
        with form.telling_refusals():
            invitations.invite(
                customer,
                **{"email" if "@" in friend else "phone": friend},
                at=timezone.now(),
                actor=session.actor_of(customer),
            )
            return redirect(f"{portal_path(store, 'invite')}?done=invited")
    sent = invitations.sent_by(customer)[:_SHOWN]
    return show(request, store, "invite", "me", form, customer=customer, sent=sent)
