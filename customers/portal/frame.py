"""Under every page of the portal: whose programme it is, and which customer looks at it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from customers.portal import session
from customers.templatetags.portal import DEFAULT_STORE, portal_path
from loyalty.colours import Colour, parse_colour
from loyalty.models import Store

View = Callable[..., HttpResponseBase]
_HOUSE_ACCENT = Colour(0x0F, 0x76, 0x6E)

# Of a page with a form: shown, and sent.
form_page = require_http_methods(["GET", "HEAD", "POST"])


def store_page(view: View) -> View:
    """Find the store that the path names and show its times in its zone; an unknown one is 404."""

    @wraps(view)
    def wrapper(request: HttpRequest, store_code: str = DEFAULT_STORE, **kwargs: Any) -> HttpResponseBase:
        known = Store.objects.filter(code=store_code, is_active=True)
        # PostgreSQL takes no text with a null character in it.
        store = None if "\x00" in store_code else known.first()
        if store is None:
            raise Http404
        with timezone.override(store.programme.zone):
            return view(request, store, **kwargs)

    return wrapper


def customer_page(view: View) -> View:
    """Find the customer who is logged in; anybody else goes to the log-in and comes back afterwards.

    No cache keeps what the page says.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, store: Store, **kwargs: Any) -> HttpResponseBase:
        customer = session.customer_of(request, store)
        if customer is None:
            return redirect(f"{portal_path(store, 'log_in')}?{urlencode({'next': request.get_full_path()})}")
        response = view(request, store, customer, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return store_page(wrapper)


def accent_of(store: Store) -> Colour:
    """Give the store's accent colour, or the house's own when the setting is no colour."""
    return parse_colour(store.programme.accent_color) or _HOUSE_ACCENT


def page_context(store: Store, page: str, **facts: Any) -> dict[str, Any]:
    """Give a template what every page needs: the store, its programme, the moment, and which page it is."""
    now = timezone.now()
    return {
        "store": store,
        "programme": store.programme,
        "accent": accent_of(store).hex,
        "page": page,
        "now": now,
        "today": timezone.localdate(now),
        **facts,
    }
