"""Levels in the cockpit: what customers climb, what it brings, and who stands where."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from customers import ladder, tallies
from customers.admin.level_form import LevelForm
from customers.models import Level
from loyalty import events, images
from loyalty.cockpit import exports, formats
from loyalty.cockpit.base import CockpitAdmin
from loyalty.cockpit.lists import CockpitList
from loyalty.programme import TierBasis


class LevelList(CockpitList):
    """The levels with how many customers stand on each, for one more query."""

    result_list: list[Any]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        counts = tallies.counts_by_level(self.result_list[0].store) if self.result_list else {}
        for level in self.result_list:
            level.customers_now = counts.get(level.pk, 0)


@admin.register(Level)
class LevelAdmin(CockpitAdmin):
    form = LevelForm
    list_display = ("name", "reached_at", "reward", "special", "people", "state")
    list_select_related = ("store",)
    search_fields = ("name",)
    chips_field = "is_active"
    ordering = ("condition_value",)
    change_form_after_template = "cockpit/customers/level.html"
    export_columns: tuple[exports.Column, ...] = (
        ("Name", "name"),
        ("Reached at", "condition_value"),
        ("Reward", "reward_name"),
        ("Reward, percent", lambda level: level.reward_value * 100),
        ("Reward code", "reward_code"),
        ("Active", "is_active"),
        ("Customers", lambda level: tallies.counts_by_level(level.store).get(level.pk, 0)),
    )
    purpose = "Levels are what customers climb. Start with one that is reached at 0: everybody begins there."

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CockpitList]:
        return LevelList

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the programme's own language first, then for every other; show who only reads what there is."""
        if obj is not None and not self.has_change_permission(request, obj):
            return [
                (
                    None,
                    {"fields": (("name", "reached_at"), "description", ("reward", "reward_code"), "state")},
                )
            ]
        own = self.store(request).programme.locale
        others = [code for code, _language in settings.LANGUAGES if code != own]
        return [
            (None, {"fields": (("name", "condition_value"), "description", ("is_active", "min_order"))}),
            ("Reward", {"fields": (("reward_name", "reward_percent"), "reward_code")}),
            (
                "In other languages",
                {"fields": [f"{word}_{code}" for code in others for word in ("name", "description")]},
            ),
            ("Photo", {"fields": ("file", *(("remove_photo",) if obj and obj.photo else ()))}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Let whoever only reads see figures as the list writes them."""
        may_change = obj is None or self.has_change_permission(request, obj)
        return () if may_change else ("reached_at", "reward", "state")

    # --- Columns ----------------------------------------------------------------------------------------------

    @display(description="Reached at", ordering="condition_value")
    def reached_at(self, level: Level) -> SafeString:
        if level.store.programme.tier_assign_type is TierBasis.POINTS:
            return formats.number(formats.points(level.condition_value, level.store))
        return formats.number(formats.money(level.condition_value, level.store))

    @display(description="Reward")
    def reward(self, level: Level) -> str:
        percent = f"{formats.amount(level.reward_value * 100)} %" if level.reward_value else ""
        return " ".join(part for part in (level.reward_name, percent) if part) or "–"

    @display(description="Special rewards")
    def special(self, level: Level) -> str:
        active = [reward["name"] for reward in level.special_rewards if reward["active"]]
        return ", ".join(active[:2]) + (f" +{len(active) - 2}" if len(active) > 2 else "") or "–"

    @display(description="Customers")
    def people(self, level: Any) -> SafeString:
        return format_html(
            '<a class="ck-num ck-link" href="{}?level__id__exact={}">{}</a>',
            reverse("admin:customers_customer_changelist"),
            level.pk,
            formats.amount(level.customers_now),
        )

    @display(description="State", ordering="is_active")
    def state(self, level: Level) -> SafeString:
        return formats.badge("active" if level.is_active else "inactive")

    # --- Saving -----------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Level, form: Any, change: bool) -> None:
        store, at, actor = self.store(request), timezone.now(), self.actor(request)
        upload = form.cleaned_data["file"]
        with events.atomic():
            kept = ladder.save_level(
                store, values=form.details(), at=at, actor=actor, level=obj if change else None
            )
            if upload:
                kept = ladder.set_photo(kept, upload, at=at, actor=actor)
            elif form.cleaned_data.get("remove_photo"):
                kept = ladder.remove_photo(kept, at=at, actor=actor)
        self.take(obj, kept)

    def delete_model(self, request: HttpRequest, obj: Level) -> None:
        ladder.delete_level(obj, at=timezone.now(), actor=self.actor(request))

    # --- The photo --------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        photo = self.admin_site.admin_view(self.photo_view)
        return [path("<uuid:object_id>/photo/", photo, name="customers_level_photo"), *super().get_urls()]

    def photo_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Show the photo to whoever may see the level."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        level: Level = self.get_row(request, str(object_id))
        name = level.photo.name or ""
        if not name or not default_storage.exists(name):
            raise Http404
        with default_storage.open(name) as file:
            return HttpResponse(file.read(), content_type=images.content_type_of(name))
