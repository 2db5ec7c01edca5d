"""Which store a member of staff looks at: one at a time, kept in the session."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from loyalty.models import StaffUser, Store

_SESSION_KEY = "cockpit_store"


def visible_stores(request: HttpRequest) -> list[Store]:
    """Give the stores that this member of staff may look at: their own, or all when none are named."""
    cached: list[Store] | None = getattr(request, "_cockpit_stores", None)
    if cached is not None:
        return cached
    stores: list[Store] = []
    if isinstance(request.user, StaffUser):
        stores = list(request.user.stores.all()) or list(Store.objects.all())
    request._cockpit_stores = stores  # type: ignore[attr-defined]  # once a request
    return stores


def is_limited(request: HttpRequest) -> bool:
    """Tell whether this member of staff is confined to some stores."""
    return isinstance(request.user, StaffUser) and request.user.stores.exists()


def current_store(request: HttpRequest) -> Store | None:
    """Give the store chosen in this session, or the first one visible; None while there is no store at all."""
    stores = visible_stores(request)
    chosen = request.session.get(_SESSION_KEY)
    return next((store for store in stores if str(store.id) == chosen), stores[0] if stores else None)


def zone(request: HttpRequest) -> ZoneInfo:
    """Give the time zone in which this page shows instants."""
    store = current_store(request)
    return store.programme.zone if store else ZoneInfo(timezone.get_default_timezone_name())


def current_store_name(request: HttpRequest) -> str:
    """Give the line under the cockpit's name."""
    store = current_store(request) if request.user.is_authenticated else None
    return store.name if store else ""


def switcher(request: HttpRequest) -> list[dict[str, str]]:
    """Give the entries of the store switcher; none when there is nothing to choose."""
    stores = visible_stores(request) if request.user.is_authenticated else []
    if len(stores) < 2:
        return []
    current = current_store(request)
    return [
        {
            "title": store.name,
            "icon": "check" if store == current else "storefront",
            "link": reverse("admin:switch_store", args=[store.id]),
        }
        for store in stores
    ]


def switch(request: HttpRequest, store_id: UUID) -> HttpResponse:
    """Look at another store from now on and open its dashboard.

    Raises: Http404 for a store that this member of staff may not see.
    """
    if store_id not in {store.id for store in visible_stores(request)}:
        raise Http404
    request.session[_SESSION_KEY] = str(store_id)
    return HttpResponseRedirect(reverse("admin:index"))
