"""Lists whose rows can come from a file: the button over the list, and the page that takes the file."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget

from loyalty.access import Access
from loyalty.cockpit.base import CockpitAdmin
from loyalty.imports import kinds
from loyalty.refusals import Refusal
from loyalty.tasks import start_import


class UploadForm(forms.Form):
    """A file of rows."""

    file = forms.FileField(
        label="XML file",
        help_text="Each row lands or is reported on its own.",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xml,text/xml,application/xml"}),
    )


class TakesFiles(CockpitAdmin):
    """A list that offers "Import XML" to whoever may change its rows."""

    # The name of the kind in `loyalty.reactions.IMPORTS`, what its rows are called, and what becomes of them.
    import_kind: ClassVar[str]
    import_nouns: ClassVar[str]
    import_text: ClassVar[str]
    actions_list: tuple[str, ...] = ("import_xml",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.upload_view)
        return [path("import/", view, name=f"{self._page_name}_upload"), *super().get_urls()]

    @property
    def _page_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Tell whether this member of staff may hand in files of this kind."""
        return bool(request.user.has_perms(kinds.kind_named(self.import_kind).permissions(Access.MODIFY)))

    @action(description="Import XML", icon="upload_file", permissions=["import"])
    def import_xml(self, request: HttpRequest) -> HttpResponse:
        """Open the page for handing in a file."""
        return HttpResponseRedirect(reverse(f"admin:{self._page_name}_upload"))

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Take a file, start working through it, and show how far it is."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._take(request, form.cleaned_data["file"])
            except Refusal as refusal:
                form.add_error("file", str(refusal))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Import {self.import_nouns}",
            "opts": self.opts,
            "form": form,
            "nouns": self.import_nouns,
            "text": self.import_text,
            "back": reverse(f"admin:{self._page_name}_changelist"),
        }
        return TemplateResponse(request, "cockpit/upload.html", context)

    def _take(self, request: HttpRequest, file: Any) -> HttpResponse:
        job = kinds.hand_in(
            self.store(request),
            kind=kinds.kind_named(self.import_kind),
            file=file,
            filename=file.name,
            actor=self.actor(request),
            at=timezone.now(),
        )
        start_import(job)
        return HttpResponseRedirect(reverse("admin:loyalty_importjob_change", args=[job.pk]))
