"""Tests mirror the tree: `tests/<app>/test_<module>[_<aspect>].py` is about `<app>/<module>`."""

from pathlib import Path

import pytest

from tests.architecture.source import APPS, ROOT, app_modules, project_files

# Tests about several modules at once -> what they are about.
ABOUT_SEVERAL: dict[str, str] = {
    "tests/loyalty/test_error_pages.py": "templates that Django's own handlers show",
    "tests/orders/test_races.py": "registering, matching and returning, many at a time",
    "tests/orders/test_statement_budget.py": "how many statements a purchase costs, through every floor",
    "tests/wallet/test_races.py": "every movement of the ledger, many at a time",
}


def names_of(path: Path) -> set[str]:
    """Give every test name that a module answers to: its own, and its package's joined with it."""
    parts = list(path.with_suffix("").parts[1:])
    if parts[-1] == "__init__":
        parts.pop()
    return {"_".join(parts[start:]) for start in range(len(parts))} | set(parts)


def mirrors(name: str, names: set[str]) -> bool:
    """Tell whether a test's name is a module's, or a module's with an aspect of it."""
    words = name.split("_")
    return any("_".join(words[:end]) in names for end in range(1, len(words) + 1))


def known_names(app: str) -> set[str]:
    return {name for path in app_modules() if path.parts[0] == app for name in names_of(path)}


def files_testing(app: str) -> list[Path]:
    return sorted(
        path for path in project_files() if path.parts[:2] == ("tests", app) and path.name.startswith("test_")
    )


@pytest.mark.parametrize("app", APPS)
def test_every_test_file_is_named_after_what_it_tests(app: str) -> None:
    names = known_names(app)
    strays = [
        str(path)
        for path in files_testing(app)
        if not mirrors(path.stem.removeprefix("test_"), names) and str(path) not in ABOUT_SEVERAL
    ]
    assert strays == []


def test_no_exception_outlives_its_need() -> None:
    assert [name for name in ABOUT_SEVERAL if not (ROOT / name).exists()] == []
