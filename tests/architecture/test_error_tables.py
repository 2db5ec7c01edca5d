"""Every refusal of the domain has an answer in every dialect."""

import importlib
from collections.abc import Iterator, Mapping

import pytest

from loyalty.api.omniwallet import errors as omniwallet
from loyalty.api.open_loyalty import errors as open_loyalty
from loyalty.api.orderingstack import errors as orderingstack
from loyalty.api.walletapp import errors as walletapp
from loyalty.refusals import Refusal
from tests.architecture.source import APPS, ROOT, app_modules, dotted

TABLES: dict[str, Mapping[str, object]] = {
    "open_loyalty": open_loyalty.TABLE,
    "omniwallet": omniwallet.TABLE,
    "orderingstack": orderingstack.TABLE,
    "walletapp": walletapp.TABLE,
}
# What only a cockpit form says, about its own inputs, never reaches a dialect.
OF_THE_COCKPIT = "cockpit."


def modules_with_refusals() -> Iterator[str]:
    for path in app_modules():
        if "Refusal)" in (ROOT / path).read_text(encoding="utf-8"):
            yield dotted(path)


@pytest.fixture(scope="module", autouse=True)
def _every_refusal_is_loaded() -> None:
    for name in modules_with_refusals():
        importlib.import_module(name)


def codes() -> set[str]:
    """Give the codes that a capability may refuse with; those that tests define are none of them."""
    ours = {code for code, refusal in Refusal.registry.items() if refusal.__module__.split(".")[0] in APPS}
    return {code for code in ours if not code.startswith(OF_THE_COCKPIT)}


@pytest.mark.parametrize("dialect", TABLES)
def test_no_refusal_is_missing_from_the_table(dialect: str) -> None:
    assert sorted(codes() - set(TABLES[dialect])) == []


@pytest.mark.parametrize("dialect", TABLES)
def test_the_table_names_no_refusal_that_does_not_exist(dialect: str) -> None:
    assert sorted(set(TABLES[dialect]) - codes()) == []


def test_codes_are_unique_and_read_thing_dot_problem() -> None:
    plain = {"not_found", "invalid_input"}
    assert [code for code in codes() if code not in plain and code.count(".") != 1] == []


def test_every_refusal_says_something_to_people() -> None:
    assert [code for code in codes() if not Refusal.registry[code].message] == []


def test_no_two_refusals_share_a_code() -> None:
    seen: dict[str, str] = {}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        refusal = waiting.pop()
        waiting.extend(refusal.__subclasses__())
        if "code" in vars(refusal) and refusal.code:
            name = f"{refusal.__module__}.{refusal.__name__}"
            assert seen.setdefault(refusal.code, name) == name
