"""The command palette (Ctrl+K): every page of the sidebar, and whatever the admin classes can find."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from unfold.dataclasses import SearchResult

# How many things one admin class may offer.
PER_KIND = 6


@runtime_checkable
class Finder(Protocol):
    """An admin class that offers its objects to the palette."""

    def find(self, request: HttpRequest, term: str, limit: int) -> Iterable[SearchResult]: ...


def find(site: AdminSite, request: HttpRequest, term: str) -> list[SearchResult]:
    """Find pages by their title, then things by what the admin classes know about them."""
    results = [page for page in _pages(site, request) if term.lower() in page.title.lower()]
    for admin in site._registry.values():
        if isinstance(admin, Finder) and admin.has_view_permission(request):
            results.extend(admin.find(request, term, PER_KIND))
    return results


def _pages(site: AdminSite, request: HttpRequest) -> Iterable[SearchResult]:
    groups = site.each_context(request)["sidebar_navigation"]
    for group in groups:
        for item in group["items"]:
            if item["has_permission"]:
                yield SearchResult(
                    title=str(item["title"]), description="Page", link=str(item["link"]), icon=item["icon"]
                )
