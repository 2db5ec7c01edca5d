"""Small forms with their own button: the way by which a page of the cockpit changes anything but its own fields.

A dialog says what will happen, asks for what is needed, calls one capability function and shows the page it was opened
from again. A refusal stays in the dialog, with its reason beside the field.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh
from unfold.dataclasses import ActionDialog
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from loyalty.cockpit.formats import sentence
from loyalty.refusals import Refusal

# The body of a dialog: (admin, request, row or None, form) -> what to tell the member of staff.
Body = Callable[[Any, HttpRequest, Any, Any], str]


class DialogForm(BaseDialogForm):
    """The fields of a dialog; with none it is a question with a button."""

    form_before_template = "cockpit/dialog_errors.html"

    def get_before_template_context(
        self, request: HttpRequest, object_id: int | str | None = None
    ) -> dict[str, Any]:
        return {"errors": self.non_field_errors() if self.is_bound else []}


def dialog(
    form_class: type[DialogForm] = DialogForm,
    *,
    label: str,
    text: str,
    button: str,
    icon: str,
    permissions: Sequence[str],
) -> Callable[[Body], Any]:
    """Turn a method of an admin class into a button, of a row's page or of the list, that opens a dialog.

    `text` says what will happen, `button` what the button does. The method gets the row, None from a list, and
    returns what to say afterwards.
    """
    spec = ActionDialog(title=label, description=text, form_class=form_class, form_submit_text=button)

    def decorate(body: Body) -> Any:
        @wraps(body)
        def run(
            admin: Any, request: HttpRequest, form: DialogForm, object_id: str | None = None
        ) -> HttpResponse:
            row = None if object_id is None else admin.get_row(request, object_id)
            try:
                said = body(admin, request, row, form)
            except Refusal as refusal:
                field = refusal.at_field if refusal.at_field in form.fields else None
                form.add_error(field, sentence(str(refusal)))
                return render(
                    request,
                    "unfold/helpers/dialog.html",
                    {"dialog": spec, "form": form, "form_submit_text": button},
                )
            messages.success(request, said)
            return HttpResponseClientRefresh()

        return action(
            description=label,
            icon=icon,
            permissions=permissions,
            url_path=body.__name__.replace("_", "-"),
            dialog=spec,
        )(run)

    return decorate
