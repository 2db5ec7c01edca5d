"""The sidebar, in the order of the work; what a role may not see is left out."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse_lazy


def _may_view(label: str) -> Callable[[HttpRequest], bool]:
    def check(request: HttpRequest) -> bool:
        admin_class = admin.site.get_model_admin(apps.get_model(label))
        return admin_class.has_view_permission(request)

    return check


def _page(title: str, icon: str, model: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model.replace('.', '_')}_changelist"),
        "permission": _may_view(model),
    }


NAVIGATION: list[dict[str, Any]] = [
    {
        "items": [
            {"title": "Dashboard", "icon": "space_dashboard", "link": reverse_lazy("admin:index")},
            _page("Customers", "group", "customers.customer"),
            _page("Referred customers", "diversity_3", "customers.invitation"),
            _page("Purchases", "receipt_long", "orders.purchase"),
            _page("Points", "toll", "wallet.pointstransfer"),
            _page("Vouchers", "confirmation_number", "wallet.voucher"),
            {
                "title": "Liability",
                "icon": "account_balance",
                "link": reverse_lazy("admin:wallet_liability"),
                "permission": _may_view("wallet.pointstransfer"),
            },
            _page("Earning rules", "rule_settings", "campaigns.earningrule"),
            _page("Segments", "groups", "customers.segment"),
            _page("Levels", "trophy", "customers.level"),
        ],
    },
    {
        "separator": True,
        "items": [
            _page("Points of sale", "storefront", "loyalty.pointofsale"),
            _page("Merchants", "badge", "loyalty.seller"),
        ],
    },
    {
        "title": "Access",
        "separator": True,
        "items": [
            _page("Users", "person", "loyalty.staffuser"),
            _page("Roles", "shield_person", "auth.group"),
            _page("Tokens", "key", "loyalty.permanenttoken"),
        ],
    },
    {
        "title": "Logs",
        "separator": True,
        "items": [
            _page("Imports", "upload_file", "loyalty.importjob"),
            _page("Events", "history", "loyalty.event"),
            _page("Audit", "fact_check", "loyalty.auditentry"),
            {
                "title": "Ledger check",
                "icon": "balance",
                "link": reverse_lazy("admin:wallet_ledger_check"),
                "permission": _may_view("wallet.pointstransfer"),
            },
        ],
    },
]
