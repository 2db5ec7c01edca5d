"""What was sent: the outbox is delivered, mails and text messages are read as their recipients read them."""

import re

from django.core import mail
from django.utils import timezone

from loyalty import outbox


def deliver() -> int:
    """Run everything that is owed and give how many reactions succeeded."""
    return outbox.deliver_due(at=timezone.now())


def mails_to(address):
    return [message for message in mail.outbox if message.to == [address]]


def token_in(text):
    """Give the token of the only link in a message."""
    (link,) = re.findall(r"https?://\S+", text)
    return re.split(r"[/=]", link)[-1]


def code_in(text):
    """Give the only code of six digits in a message."""
    (code,) = re.findall(r"(?<!\d)\d{6}(?!\d)", text)
    return code
