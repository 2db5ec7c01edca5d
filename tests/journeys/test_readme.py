"""The first call of the README, run as it stands by the shell against a running server."""

import re
import subprocess
from decimal import Decimal
from typing import Any

import pytest

from customers.models import Customer
from loyalty.models import Store
from tests.architecture.source import ROOT
from tests.campaigns.factories import make_rule
from tests.factories import make_level, make_staff, make_store

BLOCK = re.compile(r"## A first call.*?```sh\n(.*?)```", re.DOTALL)


@pytest.fixture
def programme(transactional_db: None) -> Store:
    """A store as the demo has it, as far as the first call needs: somebody to log in, a level, a rule."""
    store = make_store()
    make_staff("admin", "open")
    make_rule(make_level(store), points_per_unit=Decimal(1))
    return store


def run_first_call(server: str) -> str:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    found = BLOCK.search(page)
    assert found is not None
    script = found[1].replace("http://localhost:8000", server)
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_the_readmes_first_call_earns_points(programme: Store, live_server: Any) -> None:
    answer = run_first_call(live_server.url)
    ada = Customer.objects.get(email="ada@example.com")
    assert ada.wallet.available == Decimal("12.40")
    assert '"points":12.4' in answer.replace(" ", "")
