"""How much a torturing test does: a bounded share in every run, all of it where `TORTURE=1` is set."""

import os

IS_FULL = os.environ.get("TORTURE", "0") == "1"


def size(bounded: int, full: int) -> int:
    """Give the bounded figure, or the full one in a run that was asked to torture."""
    return full if IS_FULL else bounded
