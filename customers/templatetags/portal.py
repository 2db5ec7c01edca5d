"""Links between the portal's pages: with the store's code in them, except for the default store."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from customers.models import Customer, Invitation
from loyalty.models import Store

register = template.Library()

DEFAULT_STORE = "DEFAULT"


def portal_path(store: Store, page: str, **kwargs: Any) -> str:
    """Give the path of a page of a store's portal; pages of the floors above carry their own prefix (`points:give`)."""
    if store.code != DEFAULT_STORE:
        kwargs["store_code"] = store.code
    return reverse(page if ":" in page else f"portal:{page}", kwargs=kwargs)


@register.simple_tag(takes_context=True)
def portal_url(context: dict[str, Any], page: str, **kwargs: Any) -> str:
    """Give the path of a page of the portal that is being shown."""
    return portal_path(context["store"], page, **kwargs)


@register.filter
def initials(customer: Customer) -> str:
    """Give the letters that stand for a customer without a picture."""
    words = (customer.first_name, customer.last_name)
    return "".join(word[0] for word in words if word).upper() or (customer.email or "·")[0].upper()


@register.simple_tag(takes_context=True)
def invitation_link(context: dict[str, Any], invitation: Invitation) -> str:
    """Give the address under which an invited friend registers."""
    request: HttpRequest = context["request"]
    path = portal_path(context["store"], "register")
    return request.build_absolute_uri(f"{path}?{urlencode({'invitation': invitation.token})}")
