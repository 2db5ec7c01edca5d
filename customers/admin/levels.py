"""Levels in the cockpit."""

from decimal import Decimal
from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from customers import ladder
from customers.admin.forms import LevelForm
from customers.models import Customer, Level
from loyalty.cockpit import formats
from loyalty.cockpit.base import CockpitAdmin
from loyalty.programme import TierBasis


@admin.register(Level)
class LevelAdmin(CockpitAdmin):
    form = LevelForm
    list_display = ("name", "reached_at", "reward", "people", "state")
    list_select_related = ("store",)
    search_fields = ("name",)
    ordering = ("condition_value",)
    fieldsets = (
        (None, {"fields": (("name", "condition_value"), "description", "is_active")}),
        ("Reward", {"fields": (("reward_name", "reward_percent"), "reward_code")}),
    )
    export_columns = (
        ("Name", "name"),
        ("Reached at", "condition_value"),
        ("Reward", "reward_name"),
        ("Customers", "customers_now"),
    )
    purpose = "Levels are what customers climb. Start with one that is reached at 0: everybody begins there."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Level]:
        present = ~Q(customers__status=Customer.Status.DELETED)
        return super().get_queryset(request).annotate(customers_now=Count("customers", filter=present))

    @display(description="Reached at", ordering="condition_value")
    def reached_at(self, level: Level) -> SafeString:
        if level.store.programme.tier_assign_type is TierBasis.POINTS:
            return formats.number(formats.points(level.condition_value, level.store))
        return formats.number(formats.money(level.condition_value, level.store))

    @display(description="Reward")
    def reward(self, level: Level) -> str:
        percent = f"{formats.amount(level.reward_value * 100)} %" if level.reward_value else ""
        return " ".join(part for part in (level.reward_name, percent) if part) or "–"

    @display(description="Customers", ordering="customers_now")
    def people(self, level: Any) -> SafeString:
        address = reverse("admin:customers_customer_changelist")
        return format_html(
            '<a class="ck-num ck-link" href="{}?level__id__exact={}">{}</a>',
            address,
            level.pk,
            formats.amount(level.customers_now),
        )

    @display(description="State", ordering="is_active")
    def state(self, level: Level) -> SafeString:
        return formats.badge("active" if level.is_active else "inactive")

    def save_model(self, request: HttpRequest, obj: Level, form: Any, change: bool) -> None:
        values = dict(form.cleaned_data)
        percent = values.pop("reward_percent") or Decimal(0)
        kept = ladder.save_level(
            self.store(request),
            values=cast(ladder.LevelDetails, {**values, "reward_value": percent / 100}),
            at=timezone.now(),
            actor=self.actor(request),
            level=obj if change else None,
        )
        self.take(obj, kept)

    def delete_model(self, request: HttpRequest, obj: Level) -> None:
        ladder.delete_level(obj, at=timezone.now(), actor=self.actor(request))
