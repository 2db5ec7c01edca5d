"""The grid of access rights, resource × see / change, that roles and tokens are made of."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from loyalty.access import RESOURCES, Access, permissions_of

LABELS = {
    "ADMIN": "Users",
    "ACL": "Roles",
    "ANALYTICS": "Analytics and events",
    "AUDIT": "Audit",
    "CUSTOMER": "Customers",
    "EARNING_RULE": "Earning rules",
    "LEVEL": "Levels",
    "POINT_TRANSFER": "Points transfers",
    "POS": "Points of sale",
    "REWARD_CAMPAIGN": "Rewards",
    "SEGMENT": "Segments",
    "SELLER": "Merchants",
    "SETTINGS": "Settings",
    "TRANSACTION": "Purchases",
    "SEGMENT_EXPORT": "Download of segments",
}


def right(resource: str, access: Access) -> str:
    """Give the code of one cell of the grid, which is also the ability of a token."""
    return f"{resource}:{access.value}"


def resources() -> list[str]:
    """Give the areas whose tables exist in this installation."""
    return [name for name, models in RESOURCES.items() if all(_exists(model) for model in models)]


def _exists(model: str) -> bool:
    app, _, name = model.partition(".")
    return name in apps.all_models[app]


def all_rights() -> list[tuple[str, str]]:
    """Give every cell of the grid with its label."""
    verbs = {Access.VIEW: "see", Access.MODIFY: "change"}
    return [
        (right(resource, access), f"{LABELS.get(resource, resource)}: {verb}")
        for resource in resources()
        for access, verb in verbs.items()
    ]


def permissions_for(rights: Iterable[str]) -> list[Permission]:
    """Give the Django permissions that these cells stand for, as far as their models exist."""
    codes = {code for each in rights for code in permissions_of(*_split(each))}
    wanted = Q(pk__in=())
    for code in codes:
        app, _, codename = code.partition(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(wanted))


def rights_of(permissions: Iterable[Permission]) -> list[str]:
    """Give the cells whose permissions are all held."""
    held = {f"{each.content_type.app_label}.{each.codename}" for each in permissions}
    return [code for code, _label in all_rights() if permissions_of(*_split(code)) <= held]


def _split(code: str) -> tuple[str, Access]:
    resource, _, access = code.partition(":")
    return resource, Access(access)


class RightsGrid(forms.CheckboxSelectMultiple):
    """A table with a row per resource and a column per kind of access."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(value or [])
        offered = {code for code, _label in self.choices}
        rows = [
            {
                "label": LABELS.get(resource, resource),
                "cells": [
                    {
                        "value": right(resource, access),
                        "is_offered": right(resource, access) in offered,
                        "is_chosen": right(resource, access) in chosen,
                    }
                    for access in Access
                ],
            }
            for resource in resources()
        ]
        return mark_safe(render_to_string("cockpit/rights_grid.html", {"name": name, "rows": rows}))


class RightsField(forms.MultipleChoiceField):
    """The grid as a form field."""

    widget = RightsGrid

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=all_rights(), required=False, **kwargs)
