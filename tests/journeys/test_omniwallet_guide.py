"""The first call of the guide to the Omniwallet dialect, run as it stands by the shell against a running server."""

import os
import re
import subprocess
from decimal import Decimal
from typing import Any

import pytest

from customers.models import Customer
from loyalty import tokens
from tests.architecture.source import ROOT
from tests.factories import make_store

BLOCK = re.compile(r"## A first call.*?```sh\n(.*?)```", re.DOTALL)


@pytest.mark.django_db(transaction=True)
def test_the_guides_first_call_adds_points(live_server: Any) -> None:
    _, token = tokens.create_permanent("shop", store=make_store(), abilities=["omniwallet"])
    found = BLOCK.search((ROOT / "docs/dialects/omniwallet.md").read_text(encoding="utf-8"))
    assert found is not None
    script = found[1].replace("http://localhost:8000", live_server.url)
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "TOKEN": token},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert Customer.objects.get(email="grace@example.com").wallet.available == Decimal(10)
    assert '"total_points":10' in run.stdout
