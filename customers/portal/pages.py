"""The portal's pages for a customer. A view picks a template; the template's tags fetch what it shows."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from customers import card
from customers.models import Customer
from customers.pass_codes import pass_code
from customers.portal.frame import customer_page, page_context
from loyalty.models import Store


@require_safe
@customer_page
def home(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Show the card, what comes up and the last movements."""
    return render(request, "portal/home.html", _with_code(store, "home", customer))


@require_safe
@customer_page
def card_page(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Show the card's code on a page of its own: to print, or where scripts do not run."""
    return render(request, "portal/card.html", _with_code(store, "card", customer))


def _with_code(store: Store, page: str, customer: Customer) -> dict[str, Any]:
    has_bars = card.has_code128(customer.card_number or "")
    return page_context(store, page, customer=customer, card_has_bars=has_bars)


@require_safe
@customer_page
def history(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Show the movements a page at a time, newest first; htmx asks for the rows that follow only."""
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    template = "portal/_history_older.html" if request.headers.get("HX-Request") else "portal/history.html"
    return render(request, template, page_context(store, "history", customer=customer, before=number))


@require_safe
@customer_page
def me(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Show what the programme knows of the customer."""
    lines = [
        f"{customer.street} {customer.address1} {customer.address2}",
        f"{customer.postal} {customer.city}",
    ]
    address = ", ".join(line.strip() for line in lines if line.strip())
    return render(request, "portal/me.html", page_context(store, "me", customer=customer, address=address))


@require_safe
@customer_page
def card_qr(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Draw the customer's card number as a QR code; who has no card yet is known by their pass code."""
    return _drawing(card.qr_svg(pass_code(customer.card_number, customer.pk)))


@require_safe
@customer_page
def card_code128(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Draw the customer's card number as Code 128."""
    number = customer.card_number or ""
    return _drawing(card.code128_svg(number) if card.has_code128(number) else None)


def _drawing(svg: str | None) -> HttpResponse:
    if svg is None:
        raise Http404
    return HttpResponse(svg, content_type="image/svg+xml")
