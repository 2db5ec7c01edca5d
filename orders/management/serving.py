"""The demo's server: gunicorn with threads in one process, which also keeps the beat of the background work."""

from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from loyalty.embedded import Beat

THREADS = 16


class DemoServer(BaseApplication):  # type: ignore[misc]  # the library has no types
    """Serves this installation on one address until it is stopped."""

    def __init__(self, *, host: str, port: int, reload: bool, keeps_beat: bool) -> None:
        self._settings: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "keepalive": 30,
            "timeout": 120,
            "graceful_timeout": 5,
            "reload": reload,
            "loglevel": "warning",
            "control_socket_disable": True,
            "pre_fork": _close_connections,
        }
        if keeps_beat:
            self._settings["post_worker_init"] = lambda worker: Beat().start()
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()


def _close_connections(_arbiter: object, _worker: object) -> None:
    """Close what this process has opened of the database: a child that inherits a pool cannot open another connection.

    It would also share the one that is open with its parent.
    """
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # a method of this vendor's alone
