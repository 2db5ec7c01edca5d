"""Gateways hand messages over, to the console or by HTTP to a real server, and say when they could not."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from loyalty.messages import gateways
from loyalty.messages.gateways import ConsoleGateway, GatewayFailed, HttpGateway


class Provider(HTTPServer):
    """A provider's server: remembers what it was asked, answers with `status` after `pause` seconds."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[dict[str, str], dict[str, str]]] = []
        self.status = 202
        self.may_answer = threading.Event()
        self.may_answer.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/messages"


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((dict(self.headers), body))
        self.server.may_answer.wait(10)
        self.send_response(self.server.status)
        if 300 <= self.server.status < 400:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def provider():
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.may_answer.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_means_taken(provider, status):
    provider.status = status
    HttpGateway(url=provider.url, token="s3cret").send(to="+48500100200", text="Zażółć 123456")
    ((headers, body),) = provider.asked
    assert headers["Authorization"] == "Bearer s3cret"
    assert body == {"to": "+48500100200", "text": "Zażółć 123456"}


def test_a_push_message_has_a_title_and_no_token_is_no_header(provider):
    HttpGateway(url=provider.url, token="").send(to="device", text="Points!", title="Hello")
    ((headers, body),) = provider.asked
    assert "Authorization" not in headers
    assert body == {"to": "device", "text": "Points!", "title": "Hello"}


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
def test_anything_else_means_not_taken_and_redirects_are_not_followed(provider, status):
    provider.status = status
    with pytest.raises(GatewayFailed, match=f"^status {status}$"):
        HttpGateway(url=provider.url, token="").send(to="+48500100200", text="Hi")
    assert len(provider.asked) == 1


def test_a_server_that_does_not_answer_is_not_waited_for(provider, monkeypatch):
    monkeypatch.setattr(gateways, "_TIMEOUT_SECONDS", 0.2)
    provider.may_answer.clear()
    with pytest.raises(GatewayFailed) as failed:
        HttpGateway(url=provider.url, token="").send(to="+48500100200", text="Hi")
    assert str(failed.value) == "ReadTimeout"


def test_a_server_that_is_not_there_fails_without_naming_anybody(provider):
    provider.server_close()
    gateway = HttpGateway(url="http://127.0.0.1:1/?to=+48500100200", token="")
    with pytest.raises(GatewayFailed) as failed:
        gateway.send(to="+48500100200", text="Hi")
    assert str(failed.value) == "ConnectionError"
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_the_console_shows_what_would_have_been_sent(capsys):
    ConsoleGateway().send(to="+48500100200", text="Your code is 123456.")
    ConsoleGateway().send(to="device", text="You have points.", title="News")
    printed = capsys.readouterr().out
    assert "Message to +48500100200\nYour code is 123456.\n" in printed
    assert "News: You have points." in printed


def test_the_settings_choose_the_gateway(settings):
    assert isinstance(gateways.sms_gateway(), ConsoleGateway)
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = "https://sms.example.com", "a"
    settings.PUSH_GATEWAY_URL, settings.PUSH_GATEWAY_TOKEN = "https://push.example.com", "b"
    assert gateways.sms_gateway() == HttpGateway(url="https://sms.example.com", token="a")
    assert gateways.push_gateway() == HttpGateway(url="https://push.example.com", token="b")
