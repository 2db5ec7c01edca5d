"""What staff do to one customer: open and close the account, give a level, send the activation again, the picture."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from customers import activation, avatars, levels
from customers.admin.forms import LevelChoiceForm
from customers.models import Customer
from loyalty.cockpit.base import CockpitAdmin
from loyalty.cockpit.dialogs import dialog
from loyalty.refusals import Refusal


class CustomerActs(CockpitAdmin):
    """The buttons over a customer's page, and the picture."""

    actions_detail = (
        "assign_level",
        "release_level",
        "send_activation",
        "activate_customer",
        "deactivate_customer",
    )

    @dialog(
        label="Activate",
        text="The customer can log in, earn and spend from now on.",
        button="Activate the customer",
        icon="check_circle",
        permissions=["change"],
    )
    def activate_customer(self, request: HttpRequest, row: Customer, form: Any) -> str:
        activation.activate(row, at=timezone.now(), actor=self.actor(request))
        return f"{row} is active."

    @dialog(
        label="Deactivate",
        text="The customer is logged out everywhere and earns nothing until activated again. Points stay.",
        button="Deactivate the customer",
        icon="block",
        permissions=["change"],
    )
    def deactivate_customer(self, request: HttpRequest, row: Customer, form: Any) -> str:
        activation.deactivate(row, at=timezone.now(), actor=self.actor(request))
        return f"{row} is deactivated."

    @dialog(
        label="Send the activation again",
        text="The customer gets a new link or code; the one sent before stops working.",
        button="Send the activation",
        icon="forward_to_inbox",
        permissions=["change"],
    )
    def send_activation(self, request: HttpRequest, row: Customer, form: Any) -> str:
        activation.request_activation(row, at=timezone.now(), actor=self.actor(request))
        return f"{row} gets the activation again."

    @dialog(
        LevelChoiceForm,
        label="Assign a level",
        text="A level given by hand is a floor: the customer can rise above it, but does not fall below.",
        button="Assign the level",
        icon="trophy",
        permissions=["change"],
    )
    def assign_level(self, request: HttpRequest, row: Customer, form: LevelChoiceForm) -> str:
        level = form.cleaned_data["level"]
        levels.assign_manually(row, level.pk, at=timezone.now(), actor=self.actor(request))
        return f"{row} is on {level} now."

    @dialog(
        label="Release the level",
        text="The level follows purchases or points again, and may fall at once.",
        button="Release the level",
        icon="lock_open_right",
        permissions=["change"],
    )
    def release_level(self, request: HttpRequest, row: Customer, form: Any) -> str:
        released = levels.remove_manual(row, at=timezone.now(), actor=self.actor(request))
        return f"{row} is on {released.level or 'no level'} now."

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Offer what this customer's state allows."""
        customer = self.get_object(request, str(object_id))
        if customer is None:
            return []
        hidden = _impossible(customer)
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if each.action_name.removeprefix("customers_customer_") not in hidden
        ]

    # --- The card and the picture -----------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        show = self.admin_site.admin_view(self.avatar_view)
        card = self.admin_site.admin_view(self.card_view)
        change = require_POST(self.admin_site.admin_view(self.change_avatar_view))
        return [
            path("<uuid:object_id>/card/", card, name="customers_customer_card"),
            path("<uuid:object_id>/avatar/", show, name="customers_customer_avatar"),
            path("<uuid:object_id>/avatar/change/", change, name="customers_customer_change_avatar"),
            *super().get_urls(),
        ]

    def card_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Show the card large enough for a scanner, and for paper."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        customer = self.get_row(request, str(object_id))
        if not customer.card_number:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": "Card",
            "opts": self.opts,
            "customer": customer,
        }
        return TemplateResponse(request, "cockpit/customers/card.html", context)

    def avatar_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Show the picture to whoever may see the customer."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        avatar = avatars.open_avatar(self.get_row(request, str(object_id)))
        if avatar is None:
            raise Http404
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(avatar.content, content_type=avatar.content_type, headers=headers)

    def change_avatar_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Put another picture in place of the one there, or take it away when none was chosen."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        customer = self.get_row(request, str(object_id))
        at, actor, upload = timezone.now(), self.actor(request), request.FILES.get("file")
        try:
            if "remove" in request.POST:
                avatars.remove_avatar(customer, at=at, actor=actor)
            elif upload is not None:
                avatars.set_avatar(customer, upload, at=at, actor=actor)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(self.page_of(customer))


def _impossible(customer: Customer) -> set[str]:
    """Give the acts that this customer's state leaves no room for."""
    hidden = set()
    if customer.is_active:
        hidden |= {"activate_customer"}
    if customer.status == Customer.Status.BLOCKED:
        hidden |= {"deactivate_customer"}
    if customer.status != Customer.Status.NEW or not (customer.email or customer.phone):
        hidden |= {"send_activation"}
    if not customer.level_is_manual:
        hidden |= {"release_level"}
    if customer.anonymized_at:
        hidden |= {"activate_customer", "send_activation", "assign_level"}
    return hidden
