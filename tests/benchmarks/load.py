"""One client of a benchmark: asks over one kept connection, as fast as it is answered or at a given pace.

    python -m tests.benchmarks.load < plan.json

A process of its own, so that clients wait for the server and never for each other, and so plain that it takes little
of the machine that it measures. Prints `{"seconds": …, "answered": [milliseconds…], "refused": {"status": count}}`.
"""

import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field

_WARM_UP = 1.0


@dataclass(frozen=True)
class Plan:
    """What one client asks. `WALLET`, `CARD` and `NUMBER` in `path` and `body` stand for something else each time."""

    port: int
    token: str
    method: str
    path: str
    wallets: list[str]
    cards: list[str]
    body: str = ""
    seconds: float = 10
    seed: int = 1
    # Requests per second at most; 0 asks again as soon as it is answered.
    pace: float = 0


@dataclass
class Answers:
    """How the requests of some clients were answered, and over how many seconds."""

    seconds: float = 0
    answered: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    # Requests that came before the counting began.
    warmed_up: int = 0

    @property
    def rate(self) -> float:
        return len(self.answered) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: float) -> float:
        """Give the milliseconds in which so many of the requests were answered."""
        if not self.answered:
            return float("nan")
        ordered = sorted(self.answered)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]


def run_clients(plans: list[Plan]) -> Answers:
    """Run a client per plan, all at once, and give all their answers."""
    return start_clients(plans).wait()


@dataclass
class Running:
    """Clients at work."""

    clients: list["subprocess.Popen[str]"]

    def stop(self) -> None:
        """Ask them to finish now."""
        for client in self.clients:
            client.terminate()

    def wait(self) -> Answers:
        """Wait until all have finished and give their answers."""
        whole = Answers()
        for client in self.clients:
            told, _ = client.communicate()
            part = json.loads(told)
            whole.seconds = max(whole.seconds, part["seconds"])
            whole.answered += part["answered"]
            whole.refused.update(part["refused"])
            whole.warmed_up += part["warmed_up"]
        return whole


def start_clients(plans: list[Plan]) -> Running:
    """Start a client per plan."""
    clients = []
    for plan in plans:
        client = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert client.stdin is not None
        client.stdin.write(json.dumps(asdict(plan)))
        client.stdin.close()
        client.stdin = None
        clients.append(client)
    return Running(clients)


def ask_for_a_while(plan: Plan) -> Answers:
    """Ask until the time is over; the first second warms up and does not count."""
    chance, number = random.Random(plan.seed), plan.seed * 1_000_000_000 + time.time_ns() % 1_000_000_000
    door = socket.create_connection(("127.0.0.1", plan.port))
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    answers, stopped = Answers(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    counted_from = time.perf_counter() + _WARM_UP
    ends = counted_from + plan.seconds
    due = time.perf_counter()
    while (now := time.perf_counter()) < ends and not stopped.is_set():
        if plan.pace and now < due:
            time.sleep(due - now)
        due = max(due + 1 / plan.pace, now) if plan.pace else now
        number += 1
        began = time.perf_counter()
        status = _ask(door, _request(plan, number=number, chance=chance))
        ended = time.perf_counter()
        if began < counted_from:
            answers.warmed_up += 1
            continue
        answers.seconds = ended - counted_from
        if status.startswith("2"):
            answers.answered.append(round((ended - began) * 1000, 3))
        else:
            answers.refused[status] += 1
    door.close()
    return answers


def _request(plan: Plan, *, number: int, chance: random.Random) -> bytes:
    def fill(text: str) -> str:
        chosen = chance.randrange(len(plan.wallets))
        text = text.replace("WALLET", plan.wallets[chosen]).replace("CARD", plan.cards[chosen])
        return text.replace("NUMBER", str(number))

    body = fill(plan.body).encode()
    head = (
        f"{plan.method} {fill(plan.path)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {plan.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _ask(door: socket.socket, request: bytes) -> str:
    door.sendall(request)
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        got += _read(door)
    head = got[:end].lower()
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0
    )
    while len(got) < end + 4 + length:
        got += _read(door)
    return got[9:12].decode()


def _read(door: socket.socket) -> bytes:
    got = door.recv(65536)
    if not got:
        raise ConnectionError("the server hung up")
    return got


if __name__ == "__main__":
    sys.stdout.write(json.dumps(vars(ask_for_a_while(Plan(**json.load(sys.stdin))))))
