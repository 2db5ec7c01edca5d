"""What commands show while they run: a bar with figures, a line a second."""

import io
import time

import pytest
from django.db import connection

from loyalty.models import Store
from orders.management.heartbeat import Heartbeat
from orders.management.progress import ProgressBar
from orders.management.serving import DemoServer


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_is_redrawn_on_a_terminal(monkeypatch):
    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    bar = ProgressBar(total=200, unit="baskets")

    bar.show(50, {"new": 40, "there": 10})
    bar.show(60, {"new": 50, "there": 10})  # a moment later: not worth a redraw
    bar.show(200, {"new": 190, "there": 10}, is_last=True)

    first, last = shown.getvalue().split("\r")[1:]
    assert "[#######.......................]  25% 50/200 baskets" in first
    assert "new 40, there 10" in first
    assert "100% 200/200 baskets" in last
    assert last.endswith("\n")


def test_elsewhere_a_bar_is_a_line(monkeypatch):
    shown = io.StringIO()
    monkeypatch.setattr("sys.stderr", shown)

    ProgressBar(total=0, unit="baskets").show(0, {"new": 0}, is_last=True)

    assert shown.getvalue().count("\n") == 1
    assert "\r" not in shown.getvalue()


def test_a_heartbeat_tells_every_second_what_goes_on():
    out = io.StringIO()
    with Heartbeat(out) as heart:
        heart.begin("preparing")
        heart.say("baskets")
        time.sleep(1.2)

    told = [line.split("s  ")[1] for line in out.getvalue().splitlines()]
    assert told == ["preparing", "baskets"]


def test_the_server_has_one_process_with_threads():
    server = DemoServer(host="127.0.0.1", port=8765, reload=False, keeps_beat=True)

    assert server.cfg.bind == ["127.0.0.1:8765"]
    assert (server.cfg.workers, server.cfg.threads) == (1, 16)
    assert server.cfg.post_worker_init is not None


@pytest.mark.django_db(transaction=True)
def test_the_process_that_serves_inherits_no_connection():
    server = DemoServer(host="127.0.0.1", port=8765, reload=False, keeps_beat=False)
    connection.ensure_connection()
    pools = getattr(connection, "_connection_pools", {})

    server.cfg.pre_fork(None, None)

    assert connection.connection is None
    assert pools == {}
    assert Store.objects.count() == 0  # what is needed is opened anew
