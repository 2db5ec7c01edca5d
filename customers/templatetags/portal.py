"""Links between the portal's pages: with the store's code in them, except for the default store."""

from typing import Any

from django import template
from django.urls import reverse

from loyalty.models import Store

register = template.Library()

DEFAULT_STORE = "DEFAULT"


def portal_path(store: Store, page: str, **kwargs: Any) -> str:
    """Give the path of a page of a store's portal."""
    if store.code != DEFAULT_STORE:
        kwargs["store_code"] = store.code
    return reverse(f"portal:{page}", kwargs=kwargs)


@register.simple_tag(takes_context=True)
def portal_url(context: dict[str, Any], page: str, **kwargs: Any) -> str:
    """Give the path of a page of the portal that is being shown."""
    return portal_path(context["store"], page, **kwargs)
