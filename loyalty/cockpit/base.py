"""The admin classes that every app's `admin.py` builds on.

Rows are those of the current store. Writing goes through capability functions, which may refuse: a refusal raised
while a form is being saved comes back as that form's error, and nothing was written. Django's own log of changes is
not kept, because it would hold personal values; events and audit entries say what happened.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.checks import ModelAdminChecks
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from unfold.admin import ModelAdmin

from loyalty.actors import Actor
from loyalty.cockpit import exports, formats, stores
from loyalty.cockpit.lists import CockpitList
from loyalty.cockpit.paginator import CappedPaginator
from loyalty.models import StaffUser, Store
from loyalty.refusals import Refusal


class CockpitForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the stubs only
    """A form that shows the refusal which its last saving met."""

    refusal: ClassVar[Refusal | None] = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            field = (self.refusal.at_field or "").removesuffix("_id")
            self.add_error(field if field in self.fields else None, formats.sentence(str(self.refusal)))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the row alone: the capability function checks and writes it."""

    def _save_m2m(self) -> None:
        """Leave relations alone: the capability function wrote them."""


class CockpitAdmin(ModelAdmin):
    """Lists and forms of one model, within the current store."""

    # Django's checks: unfold's also look into the permission table, which is not there before the first `migrate`.
    checks_class = ModelAdminChecks
    form = CockpitForm
    list_per_page = 25
    list_max_show_all = 0
    show_full_result_count = False
    paginator = CappedPaginator
    list_before_template = "cockpit/chips.html"
    export_columns: Sequence[exports.Column] = ()
    # The path from a row to its store; empty for rows of the whole house.
    store_path = "store"
    # A field with choices whose values become the chips above the list.
    chips_field = ""
    # A foreign key whose rows become a second line of chips.
    chips_relation = ""
    # What the list is for and the first step, for the time when it is empty.
    purpose = ""
    # What the button of the form does.
    save_label = "Save"
    # One row and many, where the model's own words are not those of the cockpit.
    noun = nouns = ""

    def store(self, request: HttpRequest) -> Store:
        """Give the store that this request looks at.

        Raises: Http404 when there is none.
        """
        store = stores.current_store(request)
        if store is None:
            raise Http404("There is no store yet.")
        return store

    def actor(self, request: HttpRequest) -> Actor:
        """Give the name that this member of staff has in events and transfers."""
        user = request.user
        if not isinstance(user, StaffUser):
            raise PermissionDenied
        return user.as_principal().actor

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CockpitList]:
        return CockpitList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if not self.store_path:
            return rows
        store = stores.current_store(request)
        return rows.filter(**{self.store_path: store}) if store else rows.none()

    def get_row(self, request: HttpRequest, object_id: str) -> Any:
        """Give one row of this store.

        Raises: Http404 for a row that does not exist or belongs to another store.
        """
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Give plain fields: related things are made on their own pages, not in pop-up windows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Offer one button, which says what it does."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False, "model_admin": self}
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Saving -----------------------------------------------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return self._changeform(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            request.cockpit_refusal = refusal  # type: ignore[attr-defined]  # for the answer
            return self._changeform(request, object_id, form_url, extra_context)

    def _changeform(self, *args: Any) -> HttpResponse:
        response: HttpResponse = super().changeform_view(*args)
        return response

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "cockpit_refusal", None)
        return form

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.page_of(self.get_row(request, object_id)))
        return response

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Name only the thing itself: the capability function knows what else goes, or refuses."""
        return [str(each) for each in objs], {}, set(), []

    def take(self, obj: Model, saved: Model) -> None:
        """Make the form's row the one that a capability function wrote."""
        obj.__dict__.update(saved.__dict__)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> str:
        return ""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponseRedirect:
        """Say in the cockpit's words that a row is gone, beside those that are there."""
        messages.warning(
            request, f"There is no such {self.noun or opts.verbose_name}. It may have been deleted."
        )
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))

    # --- Addresses and downloads ------------------------------------------------------------------------------

    def page_of(self, obj: Model) -> str:
        """Give the address of a row's own page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/<str:kind>/", view, name=name), *super().get_urls()]

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Download the list, as filtered and sorted, as CSV or XLSX."""
        if not self.export_columns or kind not in exports.KINDS:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        return exports.KINDS[kind](rows, self.export_columns, slugify(self.opts.verbose_name_plural))


class ReadOnlyAdmin(CockpitAdmin):
    """Rows that only capability functions write: shown, searched, downloaded, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
