"""The program as production runs it: gunicorn with worker processes and threads, on PostgreSQL."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_REPOSITORY = Path(__file__).parent.parent.parent


def environment(url: str) -> dict[str, str]:
    """Give the environment of every process that works on one database, as production has it but for TLS."""
    key = os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(60))
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": key,
        "DEBUG": "0",
        "HTTPS": "0",
        "LOG_FORMAT": "json",
    }


def run(url: str, *words: str) -> str:
    """Run a Python command of this repository on one database and give what it printed."""
    return subprocess.run(
        [sys.executable, *words],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        env=environment(url),
        cwd=_REPOSITORY,
    ).stdout


@dataclass(frozen=True)
class Server:
    """The program, being served on a port by a parent process and its workers."""

    url: str
    port: int
    parent: int

    def cpu_seconds(self) -> float:
        """Give the CPU time so far of the workers and of the database's processes for them; 0 where nobody tells.

        Unlike the time on the clock it hardly depends on what else the machine does.
        """
        children = Path(f"/proc/{self.parent}/task/{self.parent}/children")
        workers = children.read_text().split() if children.exists() else []
        # Those for clients; vacuuming is not for them.
        ours = "datname = current_database() AND backend_type = 'client backend'"
        asked = f"SELECT pid FROM pg_stat_activity WHERE {ours}"
        told = subprocess.run(
            ["psql", "-d", self.url, "-Atc", asked], check=True, text=True, stdout=subprocess.PIPE
        )
        backends = told.stdout.split()
        return sum(_cpu_seconds_of(Path(f"/proc/{process}/task")) for process in [*workers, *backends])


def _cpu_seconds_of(threads: Path) -> float:
    whole = 0.0
    for thread in threads.glob("*/schedstat"):
        with suppress(OSError):  # it has ended meanwhile
            whole += int(thread.read_text().split()[0]) / 1e9
    return whole


@contextmanager
def serving(url: str, *, workers: int, threads: int, log: Path) -> Iterator[Server]:
    """Serve the program until the block ends."""
    port = _free_port()
    with log.open("ab") as lines:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "loyalty.wsgi:application", "--bind", f"127.0.0.1:{port}",
                "--workers", str(workers), "--threads", str(threads),
                "--worker-class", "gthread", "--keep-alive", "30", "--no-control-socket",
            ],
            env=environment(url),
            cwd=_REPOSITORY,
            stderr=lines,
        )  # fmt: skip
        try:
            _wait_until_open(port, server)
            yield Server(url, port, server.pid)
        finally:
            server.terminate()
            server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_open(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("the server ended before it served")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(1)
            return
    raise RuntimeError("the server does not open its door")
