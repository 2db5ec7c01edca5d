"""Tells a waiting person every second what a command is doing."""

import threading
import time
from types import TracebackType
from typing import Self, TextIO


class Heartbeat:
    """While open, writes one line a second: the seconds so far and what `say()` was told last."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._text = ""
        self._closed = threading.Event()
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._thread.join()

    def say(self, text: str) -> None:
        """Change what is told from now on; a new step is told at once."""
        self._text = text

    def begin(self, text: str) -> None:
        """Tell a new step at once."""
        self._text = text
        self._write()

    def _beat(self) -> None:
        while not self._closed.wait(1.0):
            self._write()

    def _write(self) -> None:
        self._out.write(f"{time.monotonic() - self._started:5.0f} s  {self._text}\n")
        self._out.flush()
