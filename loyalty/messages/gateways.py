"""Ways out for text and push messages: the console, or a gateway that takes them by HTTP.

A gateway has one method. Which one serves a channel follows from the settings; another provider is another class here.
"""

import sys
from dataclasses import dataclass
from typing import Protocol

import requests
from django.conf import settings

_TIMEOUT_SECONDS = 15


class Gateway(Protocol):
    """Takes one message to one address (a phone number in E.164, or the token of a device)."""

    def send(self, *, to: str, text: str, title: str = "") -> None:
        """Hand a message over. Raises: GatewayFailed."""


class GatewayFailed(Exception):
    """The gateway did not take the message; trying again later may help."""


class ConsoleGateway:
    """Prints messages, for development and the demo."""

    def send(self, *, to: str, text: str, title: str = "") -> None:
        """Print a message to standard output."""
        sys.stdout.write(f"--- Message to {to}\n{f'{title}: ' if title else ''}{text}\n---\n")
        sys.stdout.flush()


@dataclass(frozen=True)
class HttpGateway:
    """Posts `{"to", "text", "title"}` as JSON with a bearer token; any 2xx means taken."""

    url: str
    token: str

    def send(self, *, to: str, text: str, title: str = "") -> None:
        """Post a message. Raises: GatewayFailed on anything but 2xx, redirects included."""
        body = {"to": to, "text": text} | ({"title": title} if title else {})
        try:
            answer = requests.post(
                self.url,
                json=body,
                headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # Without the error's text: it may repeat the address.
            raise GatewayFailed(type(error).__name__) from None
        if not 200 <= answer.status_code < 300:
            raise GatewayFailed(f"status {answer.status_code}")


def sms_gateway() -> Gateway:
    """Give the gateway of text messages."""
    return _gateway(settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN)


def push_gateway() -> Gateway:
    """Give the gateway of push messages."""
    return _gateway(settings.PUSH_GATEWAY_URL, settings.PUSH_GATEWAY_TOKEN)


def _gateway(url: str, token: str) -> Gateway:
    return HttpGateway(url=url, token=token) if url else ConsoleGateway()
