"""Users of the cockpit, their roles, and partners' permanent tokens."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldBooleanSwitchWidget,
)

from loyalty import staff
from loyalty.cockpit import formats, rights, stores
from loyalty.cockpit.base import CockpitAdmin, CockpitForm
from loyalty.cockpit.dialogs import dialog
from loyalty.models import PermanentToken, StaffUser, Store


class StaffUserForm(CockpitForm):
    """A user of the cockpit; the password field is empty unless it is to change."""

    password = forms.CharField(
        required=False,
        min_length=8,
        strip=False,
        help_text="At least 8 characters. Leave it empty to keep the present one; a new one ends open sessions.",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = StaffUser
        fields = (
            "username", "email", "first_name", "last_name", "phone", "is_active", "is_superuser", "groups", "stores",
        )  # fmt: skip
        labels = {
            "username": "Log-in name",
            "email": "E-mail",
            "is_active": "Active",
            "is_superuser": "May do everything",
            "groups": "Roles",
        }
        help_texts = {
            "is_superuser": "A superuser needs no role; stores limit them all the same.",
            "groups": "What each role may do adds up.",
            "stores": "None chosen: all stores.",
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance._state.adding and not self.cleaned_data.get("password"):
            self.add_error("password", "A new user needs a password.")
        return cleaned


@admin.register(StaffUser)
class StaffUserAdmin(CockpitAdmin):
    noun, nouns = "user", "users"
    form = StaffUserForm
    store_path = ""
    list_display = ("person", "email", "roles", "state")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "first_name", "last_name", "email")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": (("username", "email"), ("first_name", "last_name"), "phone", "password")}),
        ("Access", {"fields": ("is_active", "is_superuser", "groups", "stores")}),
    )
    purpose = "Users work in the cockpit and through the administrators' API."

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffUser]:
        """Give the users that this one may manage: nobody who may do more, or in more stores, than they do."""
        users = super().get_queryset(request).prefetch_related("groups")
        if stores.is_limited(request):
            own = [store.pk for store in stores.visible_stores(request)]
            users = users.filter(pk__in=StaffUser.objects.filter(stores__in=own).values("pk"))
            users = users.exclude(stores__in=Store.objects.exclude(pk__in=own))
        if request.user.is_superuser:
            return users
        higher = Group.objects.exclude(pk__in=_roles_within(request.user.get_all_permissions()))
        return users.filter(is_superuser=False).exclude(groups__in=higher)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if request.user.is_superuser else ("is_superuser",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only roles and stores that this user has."""
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        if db_field.name == "stores":
            kwargs["queryset"] = Store.objects.filter(
                pk__in=[store.pk for store in stores.visible_stores(request)]
            )
            # No store means all stores, which only those may give who have them.
            kwargs["required"] = stores.is_limited(request)
        elif db_field.name == "groups" and not request.user.is_superuser:
            kwargs["queryset"] = Group.objects.filter(
                pk__in=_roles_within(request.user.get_all_permissions())
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="User", ordering="username")
    def person(self, user: StaffUser) -> str:
        return f"{user} ({user.username})"

    @display(description="Roles")
    def roles(self, user: StaffUser) -> str:
        names = [role.name for role in user.groups.all()]
        return ", ".join(["Superuser", *names] if user.is_superuser else names) or "–"

    @display(description="State", ordering="is_active")
    def state(self, user: StaffUser) -> SafeString:
        return formats.badge("active" if user.is_active else "inactive")

    def save_model(self, request: HttpRequest, obj: StaffUser, form: Any, change: bool) -> None:
        values = dict(form.cleaned_data)
        saved = staff.save_user(
            roles=values.pop("groups"),
            stores=values.pop("stores"),
            password=values.pop("password"),
            values=values,
            actor=self.actor(request),
            at=timezone.now(),
            user=obj if change else None,
        )
        self.take(obj, saved)


def _roles_within(permissions: set[str]) -> list[int]:
    return [
        role.pk
        for role in Group.objects.prefetch_related("permissions__content_type")
        if {f"{each.content_type.app_label}.{each.codename}" for each in role.permissions.all()}
        <= permissions
    ]


class RoleForm(CockpitForm):
    """A role: its name and its cells of the grid."""

    rights = rights.RightsField(label="May", help_text="Change includes add and delete.")

    class Meta:
        model = Group
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            held = self.instance.permissions.select_related("content_type")
            self.fields["rights"].initial = rights.rights_of(held)


if admin.site.is_registered(Group):
    admin.site.unregister([Group])


@admin.register(Group)
class RoleAdmin(CockpitAdmin):
    noun, nouns = "role", "roles"
    form = RoleForm
    store_path = ""
    list_display = ("name", "people")
    search_fields = ("name",)
    fieldsets = ((None, {"fields": ("name", "rights")}),)
    purpose = "A role says what its users may see and change, in the cockpit and in the API alike."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(people=Count("user"))

    @display(description="Users", ordering="people")
    def people(self, role: Any) -> SafeString:
        return formats.number(formats.amount(role.people))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only who may do everything decides what others may do."""
        return bool(request.user.is_superuser) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser) and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        saved = staff.save_role(
            name=form.cleaned_data["name"],
            permissions=rights.permissions_for(form.cleaned_data["rights"]),
            actor=self.actor(request),
            at=timezone.now(),
            role=obj if change else None,
        )
        self.take(obj, saved)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        staff.delete_role(obj, actor=self.actor(request), at=timezone.now())


class TokenForm(CockpitForm):
    """A new token: for whom, where, and what it opens."""

    is_for_all_stores = forms.BooleanField(
        label="Good for all stores", required=False, widget=UnfoldBooleanSwitchWidget
    )
    may_do_everything = forms.BooleanField(
        label="May do everything, in every dialect", required=False, widget=UnfoldBooleanSwitchWidget
    )
    abilities = rights.RightsField(label="May")

    class Meta:
        model = PermanentToken
        fields = ("name",)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if not cleaned.get("may_do_everything") and not cleaned.get("abilities"):
            self.add_error("abilities", "Choose at least one.")
        return cleaned


@admin.register(PermanentToken)
class TokenAdmin(CockpitAdmin):
    noun, nouns = "token", "tokens"
    save_label = "Create the token"
    form = TokenForm
    store_path = ""
    list_display = ("name", "starts_with", "reach", "opens", "used", "state")
    list_select_related = ("store", "staff")
    search_fields = ("name", "prefix")
    fieldsets = ((None, {"fields": ("name", "is_for_all_stores", "may_do_everything", "abilities")}),)
    actions_detail = ("revoke",)
    purpose = "A token lets a partner's system call the API without logging in."

    def get_queryset(self, request: HttpRequest) -> QuerySet[PermanentToken]:
        """Give the tokens of the visible stores; those for all stores only to whoever sees all."""
        tokens = super().get_queryset(request)
        if stores.is_limited(request):
            return tokens.filter(store__in=stores.visible_stores(request))
        return tokens

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ("name", "starts_with", "reach", "opens", "created_at", "used", "state")
        if obj:
            return ((None, {"fields": shown}),)
        if stores.is_limited(request):
            return ((None, {"fields": ("name", "may_do_everything", "abilities")}),)
        return super().get_fieldsets(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Begins with")
    def starts_with(self, token: PermanentToken) -> str:
        return f"{token.prefix}…"

    @display(description="Store", ordering="store")
    def reach(self, token: PermanentToken) -> str:
        if token.staff:
            return f"As {token.staff.username}"
        return str(token.store) if token.store else "All stores"

    @display(description="Abilities")
    def opens(self, token: PermanentToken) -> str:
        return "Everything" if "*" in token.abilities else ", ".join(token.abilities)

    @display(description="Last used", ordering="last_used_at")
    def used(self, token: PermanentToken) -> SafeString | str:
        return formats.instant(token.last_used_at) if token.last_used_at else "Never"

    @display(description="State", ordering="revoked_at")
    def state(self, token: PermanentToken) -> SafeString:
        return formats.badge("revoked" if token.revoked_at else "active")

    def save_model(self, request: HttpRequest, obj: PermanentToken, form: Any, change: bool) -> None:
        wanted = form.cleaned_data
        is_for_all = wanted["is_for_all_stores"] and not stores.is_limited(request)
        token, raw = staff.create_token(
            wanted["name"],
            store=None if is_for_all else self.store(request),
            abilities=["*"] if wanted["may_do_everything"] else wanted["abilities"],
            actor=self.actor(request),
            at=timezone.now(),
        )
        self.take(obj, token)
        request.cockpit_token = raw  # type: ignore[attr-defined]  # for the answer

    def response_add(
        self, request: HttpRequest, obj: PermanentToken, post_url_continue: Any = None
    ) -> HttpResponse:
        """Show the token's text, this once."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Token created",
            "opts": self.opts,
            "name": obj.name,
            "raw": request.cockpit_token,  # type: ignore[attr-defined]  # set above
        }
        return TemplateResponse(request, "cockpit/token_created.html", context)

    @dialog(
        label="Revoke",
        text="Calls with this token are refused from this moment on. This cannot be undone.",
        button="Revoke the token",
        icon="key_off",
        permissions=["loyalty.delete_permanenttoken"],
    )
    def revoke(self, request: HttpRequest, row: PermanentToken, form: Any) -> str:
        staff.revoke_token(row, actor=self.actor(request), at=timezone.now())
        return f"Token {row.name} revoked."
