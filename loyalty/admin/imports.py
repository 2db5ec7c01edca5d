"""Imports: how far each is, what became of every row, and the rows that did not land as a file."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from loyalty.access import Access
from loyalty.cockpit import exports, formats
from loyalty.cockpit.base import ReadOnlyAdmin
from loyalty.cockpit.dialogs import dialog
from loyalty.imports import kinds
from loyalty.models import ImportJob, ImportRow
from loyalty.tasks import start_import

ROWS_PER_PAGE = 50
_RUNNING = {ImportJob.State.WAITING, ImportJob.State.RUNNING}
# The pages of what the rows of each kind make or touch.
_MADE = {
    "customers": "admin:customers_customer_change",
    "points": "admin:wallet_pointstransfer_change",
    "purchases": "admin:orders_purchase_change",
    "matches": "admin:orders_purchase_change",
}


@dataclass(frozen=True)
class Outcome:
    """A chip over the rows of an import: those that came to this."""

    word: str
    label: str
    colour: str
    count: int
    condition: Q


def outcomes_of(job: ImportJob) -> dict[str, Outcome]:
    """Give the outcomes that rows of an import may have, by the word that the address names them with."""
    known = (
        Outcome("all", "All", "", job.processed, Q()),
        Outcome("landed", "Landed", "green", job.succeeded, Q(is_success=True)),
        Outcome("refused", "Refused", "red", job.failed, Q(is_success=False)),
    )
    return {outcome.word: outcome for outcome in known}


def progress_bar(job: ImportJob) -> SafeString:
    """Show how far an import is: a bar while it runs, its figures always."""
    total = job.total or 0
    follow = reverse("admin:loyalty_importjob_progress", args=[job.pk])
    figures = (
        f"{formats.amount(job.processed)} of {formats.amount(total)}"
        if total
        else formats.amount(job.processed)
    )
    return format_html(
        '<span class="ck-progress"{}><progress value="{}" max="{}" aria-label="Progress"></progress> '
        "<span>{}</span></span>",
        format_html(' data-progress="{}"', follow) if job.state in _RUNNING else "",
        job.processed,
        max(total, 1),
        figures,
    )


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    noun, nouns = "import", "imports"
    list_display = ("file_name", "kind_name", "state_badge", "progress", "landed", "refused", "started")
    list_filter = ("kind",)
    search_fields = ("filename",)
    chips_field = "state"
    ordering = ("-created_at",)
    actions_detail = ("go_on",)
    fields = (
        ("file_name", "kind_name"),
        ("state_badge", "progress"),
        ("landed", "refused"),
        ("started", "finished"),
        "message",
    )
    change_form_outer_after_template = "cockpit/import_rows.html"
    purpose = (
        "Files are handed in over the lists of customers, purchases and points; their progress shows here."
    )

    def title_of(self, job: ImportJob) -> str:
        """Give the words by which the path of the page names a row."""
        return job.filename or job.kind

    # --- Who sees what ----------------------------------------------------------------------------------------

    def _visible_kinds(self, request: HttpRequest) -> list[str]:
        return [
            kind.name for kind in kinds.all_kinds() if request.user.has_perms(kind.permissions(Access.VIEW))
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportJob]:
        rows: QuerySet[ImportJob] = super().get_queryset(request)
        if super().has_view_permission(request):
            return rows
        return rows.filter(kind__in=self._visible_kinds(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see what the rows of a kind make may see how its files fared."""
        return super().has_view_permission(request, obj) or bool(self._visible_kinds(request))

    def has_go_on_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Going on with an import asks for what handing in its file asked for."""
        job = ImportJob.objects.filter(pk=object_id).first() if object_id else None
        if job is None:
            return request.user.is_active
        return bool(request.user.has_perms(kinds.kind_named(job.kind).permissions(Access.MODIFY)))

    # --- Pages ------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        progress = self.admin_site.admin_view(self.progress_view)
        rows = self.admin_site.admin_view(self.rows_view)
        return [
            path("<uuid:object_id>/progress/", progress, name="loyalty_importjob_progress"),
            path("<uuid:object_id>/rows.csv", rows, name="loyalty_importjob_rows"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far one import is, and a page of its rows, all or those that landed or did not."""
        job = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if job is not None:
            outcomes = outcomes_of(job)
            wanted = outcomes.get(request.GET.get("rows", ""), outcomes["refused" if job.failed else "all"])
            rows: Any = _Rows(job, wanted)
            page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
            context |= {
                "outcomes": outcomes.values(),
                "wanted": wanted.word,
                "page": page,
                "made": _MADE.get(job.kind, ""),
            }
        return super().change_view(request, object_id, form_url, context)

    def progress_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Answer the figures of one import, for the bar to follow."""
        job: ImportJob = self.get_row(request, str(object_id))
        return JsonResponse(
            {
                "processed": job.processed,
                "total": job.total,
                "succeeded": job.succeeded,
                "failed": job.failed,
                "is_running": job.state in _RUNNING,
            }
        )

    def rows_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Download the rows that did not land, with their reasons."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        job: ImportJob = self.get_row(request, str(object_id))
        columns = (("Row", "number"), ("Identifier", "identifier"), ("Why", "message"))
        return exports.as_csv(job.rows.filter(is_success=False), columns, f"refused-rows-{str(job.pk)[:8]}")

    # --- Acts -------------------------------------------------------------------------------------------------

    @dialog(
        label="Go on with it",
        text="The rows that have no outcome yet are worked through. Use it when the bar stands still.",
        button="Go on with the import",
        icon="play_circle",
        permissions=["go_on"],
    )
    def go_on(self, request: HttpRequest, row: ImportJob, form: Any) -> str:
        if not self.has_go_on_permission(request, row.pk):
            raise PermissionDenied
        start_import(row)
        return f"{self.title_of(row)} goes on."

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Offer to go on with what was handed in and is not done."""
        job = self.get_object(request, str(object_id))
        is_open = job is not None and job.state != ImportJob.State.DONE and bool(job.file)
        return super().get_actions_detail(request, object_id) if is_open else []

    # --- Columns ----------------------------------------------------------------------------------------------

    @display(description="File", ordering="filename")
    def file_name(self, job: ImportJob) -> str:
        return job.filename or "–"

    @display(description="Holds", ordering="kind")
    def kind_name(self, job: ImportJob) -> str:
        return job.kind.capitalize()

    @display(description="State", ordering="state")
    def state_badge(self, job: ImportJob) -> SafeString:
        return formats.badge(job.state)

    @display(description="Progress")
    def progress(self, job: ImportJob) -> SafeString:
        return progress_bar(job)

    @display(description="Landed", ordering="succeeded")
    def landed(self, job: ImportJob) -> SafeString:
        return formats.number(formats.amount(job.succeeded))

    @display(description="Refused", ordering="failed")
    def refused(self, job: ImportJob) -> SafeString:
        return formats.number(formats.amount(job.failed))

    @display(description="Started", ordering="created_at")
    def started(self, job: ImportJob) -> SafeString | str:
        return formats.instant(job.created_at)

    @display(description="Finished", ordering="finished_at")
    def finished(self, job: ImportJob) -> SafeString | str:
        return formats.instant(job.finished_at)


class _Rows:
    """The rows of one import for a paginator, which takes their number from the job instead of counting them."""

    ordered = True

    def __init__(self, job: ImportJob, wanted: Outcome) -> None:
        self._rows: QuerySet[ImportRow] = job.rows.filter(wanted.condition).order_by("number")
        self._count = wanted.count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, part: slice) -> list[ImportRow]:
        return list(self._rows[part])
