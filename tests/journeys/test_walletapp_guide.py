"""The first call of the WalletApp guide, run as it stands by the shell against a running server."""

import json
import re
import subprocess
from typing import Any

import pytest

from customers.models import Customer
from tests.architecture.source import ROOT
from tests.factories import make_level, make_staff, make_store

BLOCK = re.compile(r"## A first call.*?```sh\n(.*?)```", re.DOTALL)


@pytest.mark.django_db(transaction=True)
def test_the_guide_s_first_call_signs_a_member_up(live_server: Any) -> None:
    make_level(make_store())
    make_staff("admin", "open")
    page = (ROOT / "docs/dialects/walletapp.md").read_text(encoding="utf-8")
    found = BLOCK.search(page)
    assert found is not None
    script = found[1].replace("http://localhost:8000", live_server.url)
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr
    signed_up, searched = (json.loads(line) for line in run.stdout.splitlines())
    ada = Customer.objects.get()
    told = {"ada@example.com": str(ada.pk), "ADA@example.com": str(ada.pk)}
    assert signed_up["data"] == {"new": told, "found": {}}
    assert searched == {"success": True, "email": "ada@example.com", "pass_codes": [ada.card_number]}
