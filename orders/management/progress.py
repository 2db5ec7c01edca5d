"""A progress bar with figures, on stderr: redrawn on a terminal, a line every few seconds elsewhere."""

import sys
import time
from collections.abc import Mapping

_WIDTH = 30
_LINE_EVERY = 5.0
_REDRAW_EVERY = 0.1


class ProgressBar:
    """Shows how far a long run is, how fast it goes and when it will be done."""

    def __init__(self, *, total: int, unit: str, every: float = _LINE_EVERY) -> None:
        self.total, self.unit, self.every = total, unit, every
        self._started = time.monotonic()
        self._shown = 0.0
        self._is_terminal = sys.stderr.isatty()

    def show(self, done: int, figures: Mapping[str, int], *, is_last: bool = False) -> None:
        """Show where the run is, unless it was shown a moment ago."""
        now = time.monotonic()
        if not is_last and now - self._shown < (_REDRAW_EVERY if self._is_terminal else self.every):
            return
        self._shown = now
        text = self._line(done, figures, seconds=max(now - self._started, 0.001))
        sys.stderr.write(f"\r\033[K{text}" if self._is_terminal else f"{text}\n")
        if self._is_terminal and is_last:
            sys.stderr.write("\n")
        sys.stderr.flush()

    def _line(self, done: int, figures: Mapping[str, int], *, seconds: float) -> str:
        share = done / self.total if self.total else 1.0
        filled = int(share * _WIDTH)
        rate = done / seconds
        left = (self.total - done) / rate if rate else 0.0
        told = ", ".join(f"{name} {count:,}" for name, count in figures.items())
        return (
            f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {share:4.0%} {done:,}/{self.total:,} {self.unit}, "
            f"{rate:,.0f}/s, {left:,.0f} s left, {told}"
        )
