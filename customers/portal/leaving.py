"""What a customer takes along, and how they leave for good. Both ask for the password first."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers import erasure, takeout
from customers.models import Customer
from customers.portal import session
from customers.portal.forms import ProofForm, filled, show
from customers.portal.frame import customer_page, form_page, page_context, store_page
from customers.templatetags.portal import portal_path
from loyalty.models import Store


@form_page
@customer_page
def download(request: HttpRequest, store: Store, customer: Customer) -> HttpResponseBase:
    """Give everything that is kept about the customer, as one file."""
    form = filled(ProofForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            form.prove(customer)
            return StreamingHttpResponse(
                takeout.as_json(takeout.everything_about(customer)),
                content_type="application/json; charset=utf-8",
                headers={"Content-Disposition": f'attachment; filename="{takeout.FILENAME}"'},
            )
    return show(request, store, "download", "me", form, customer=customer)


@form_page
@customer_page
def delete(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Say what will be lost, and delete the account of whoever wants that all the same."""
    form = filled(ProofForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            form.prove(customer)
            erasure.delete(customer, at=timezone.now(), actor=session.actor_of(customer))
            session.close_session(request, store)
            return redirect(portal_path(store, "goodbye"))
    return show(request, store, "delete", "me", form, customer=customer)


@never_cache
@require_safe
@store_page
def goodbye(request: HttpRequest, store: Store) -> HttpResponse:
    """Say goodbye to somebody who is no customer any more; whoever still is one goes home."""
    if session.customer_of(request, store):
        return redirect(portal_path(store, "home"))
    return render(request, "portal/goodbye.html", page_context(store, "goodbye"))
