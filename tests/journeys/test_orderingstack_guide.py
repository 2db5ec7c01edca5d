"""The first call of the guide to the Wallet2 dialect, run as it stands by the shell against a running server."""

import os
import re
import subprocess
from typing import Any

import pytest

from loyalty import tokens
from tests.architecture.source import ROOT
from tests.factories import make_customer, make_store
from tests.wallet.ledgers import sums

BLOCK = re.compile(r"## A first call.*?```sh\n(.*?)```", re.DOTALL)


@pytest.mark.django_db(transaction=True)
def test_the_guides_first_call_adds_spends_and_reverts(live_server: Any) -> None:
    store = make_store()
    customer = make_customer(store)
    _, token = tokens.create_permanent("till", store=store, abilities=["ROLE_WALLET"])
    found = BLOCK.search((ROOT / "docs/dialects/orderingstack.md").read_text(encoding="utf-8"))
    assert found is not None
    script = found[1].replace("http://localhost:8000", live_server.url)
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "TOKEN": token, "CUSTOMER": str(customer.pk)},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert sums(customer) == {"available": "100.00", "earned": "100.00"}
    assert '"balance":100' in run.stdout
    assert '"state":"reverted"' in run.stdout
