"""Routes that take a file of rows; the answer tells what became of each."""

import json
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.api.open_loyalty.fields import FileField
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.imports import jobs
from loyalty.imports.jobs import RowKind
from loyalty.models import ImportJob, ImportRow

# Rows of an answer that is written piece by piece.
STREAMED_FROM = 1000


class ImportForm(Form):
    """An uploaded XML file."""

    wrapped_in = "file"

    file = FileField(required=True)


class XmlImport(OpenLoyaltyView):
    """Imports a file; `rows` says what its rows ask for, `object_name` what a row that landed has made.

    Without an `object_name` the answer shows the id alone, as the original does for customers.
    """

    form_class = ImportForm
    answers_name_anybody = True
    # The file and what multipart wraps around it.
    max_body: ClassVar[int] = settings.IMPORT_MAX_BYTES + 64 * 1024
    object_name: ClassVar[str] = ""

    @abstractmethod
    def rows(self) -> RowKind:
        """Give the kind of rows that the file holds."""

    def post(self, request: Request) -> HttpResponseBase:
        file: Any = self.read()["file"]
        job = jobs.import_xml(
            self.store,
            kind=self.rows(),
            file=file,
            filename=file.name or "",
            size=file.size,
            actor=self.actor,
            at=self.at,
        )
        if job.processed > STREAMED_FROM:
            return StreamingHttpResponse(self.outcome_in_pieces(job), content_type="application/json")
        return Response(self.outcome(job))

    def outcome(self, job: ImportJob) -> dict[str, Any]:
        """Give the outcome of an import, row by row."""
        return {
            "items": [self._row(row) for row in jobs.outcomes(job)],
            "totalProcessed": job.processed,
            "totalSuccess": job.succeeded,
            "totalFailed": job.failed,
        }

    def outcome_in_pieces(self, job: ImportJob) -> Iterator[str]:
        """Give the same as JSON, piece by piece: the rows of a long file are never all in memory."""
        glue = '{"items":['
        for row in jobs.outcomes(job):
            yield glue + json.dumps(self._row(row))
            glue = ","
        yield f'],"totalProcessed":{job.processed},"totalSuccess":{job.succeeded},"totalFailed":{job.failed}}}'

    def _row(self, row: ImportRow) -> dict[str, Any]:
        if row.is_success:
            made = {self.object_name: row.object_id} if self.object_name else row.object_id
            result = {"object": made}
            return {"status": "success", "processImportResult": result, "identifier": row.identifier}
        return {"status": "error", "message": row.message, "identifier": row.identifier}
