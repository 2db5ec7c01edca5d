"""Imports: how far each is, and the rows that did not land."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from loyalty import access
from loyalty.cockpit import formats
from loyalty.cockpit.base import ReadOnlyAdmin
from loyalty.models import ImportJob

_RUNNING = {ImportJob.State.WAITING, ImportJob.State.RUNNING}


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
        '<span class="ck-progress"{}><progress value="{}" max="{}"></progress> <span>{}</span></span>',
        format_html(' data-progress="{}"', follow) if job.state in _RUNNING else "",
        job.processed,
        max(total, 1),
        figures,
    )


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "kind", "state_badge", "progress", "landed", "refused", "started")
    list_filter = ("kind",)
    search_fields = ("filename",)
    chips_field = "state"
    ordering = ("-created_at",)
    fields = (
        "file_name",
        "kind",
        "state_badge",
        "progress",
        "landed",
        "refused",
        "message",
        "started",
        "finished",
    )
    change_form_outer_after_template = "cockpit/import_rows.html"
    purpose = "Files of purchases are handed in under Purchases; their progress shows here."

    def title_of(self, job: ImportJob) -> str:
        """Give the words by which the path of the page names a row."""
        return job.filename or job.kind

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see purchases may see how their files fared."""
        wanted = access.permissions_of("TRANSACTION", access.Access.VIEW)
        return super().has_view_permission(request, obj) or request.user.has_perms(wanted)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.progress_view)
        return [
            path("<uuid:object_id>/progress/", view, name="loyalty_importjob_progress"),
            *super().get_urls(),
        ]

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

    @display(description="File", ordering="filename")
    def file_name(self, job: ImportJob) -> str:
        return job.filename or "–"

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
