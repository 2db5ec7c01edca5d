"""Render a message and hand it to its channel."""

from enum import StrEnum
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context, Template, engines
from django.utils import translation

from loyalty.messages import gateways
from loyalty.models import Store
from loyalty.programme import ProgrammeSettings


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class MailFailed(Exception):
    """The mail server did not take the message; trying again later may help."""


def send(store: Store | None, name: str, *, channel: Channel, to: str, context: dict[str, Any]) -> None:
    """Send one message to one address, in the language of the store's programme (staff of all stores: English).

    The template's first line is the subject of an e-mail or the title of a push message.
    Raises: MailFailed, gateways.GatewayFailed, without the address in their text.
    Idempotent: no. Never called inside a transaction.
    """
    programme = ProgrammeSettings() if store is None else store.programme
    facts = {**_on_one_line(context), "store": store, "programme": programme, "site": settings.SITE_URL}
    with translation.override(programme.locale):
        # Plain text: what people wrote comes out as they wrote it.
        text = find_template(store, name, channel).render(Context(facts, autoescape=False))
    # No value may break out of the subject's line.
    subject, _, body = text.strip().partition("\n")
    subject = " ".join(subject.split())
    match channel:
        case Channel.EMAIL:
            _mail(subject, body, to=to, reply_to=programme.help_email_address)
        case Channel.SMS:
            gateways.sms_gateway().send(to=to, text=" ".join(text.split()))
        case Channel.PUSH:
            gateways.push_gateway().send(to=to, text=body.strip(), title=subject)


def find_template(store: Store | None, name: str, channel: Channel) -> Template:
    """Give the template of a message of a store on a channel: the one place that knows where texts come from.

    Every store has the texts of the program, in the languages of `templates/locale/`.
    """
    found: Template = engines["django"].get_template(f"messages/{name}.{channel}.txt").template  # type: ignore[attr-defined]  # Django's own engine wraps its template
    return found


def _on_one_line(context: dict[str, Any]) -> dict[str, Any]:
    """Keep what people wrote from adding lines to a message to somebody else."""
    return {
        name: " ".join(value.split()) if isinstance(value, str) else value for name, value in context.items()
    }


def _mail(subject: str, body: str, *, to: str, reply_to: str) -> None:
    message = EmailMessage(
        subject=subject,
        body=f"{body.strip()}\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        reply_to=[reply_to] if reply_to else [],
    )
    try:
        message.send()
    except (SMTPException, OSError) as error:
        # Without the error's text: mail servers repeat the address.
        raise MailFailed(type(error).__name__) from None
