"""The floors hold: each app imports only from those under it, and vocabularies stay apart."""

import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import APPS, ROOT, app_modules, dotted, imports_of

DIALECTS = ("open_loyalty", "omniwallet", "wallet2", "walletapp")


def dialect_of(module: str) -> str | None:
    parts = module.split(".")
    named = set(parts) & set(DIALECTS) if "api" in parts else set()
    return named.pop() if named else None


def test_every_import_contract_is_kept() -> None:
    linter = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    run = subprocess.run(
        [sys.executable, "-c", linter], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_dialects_never_import_each_other() -> None:
    crossings = [
        f"{path} imports {name}"
        for path in app_modules()
        if (own := dialect_of(dotted(path)))
        for name in imports_of(path)
        if (other := dialect_of(name)) and other != own
    ]
    assert crossings == []


def test_nothing_but_the_faces_knows_a_dialect() -> None:
    # A file format that a dialect defines may come in through the cockpit too: readers of rows are free to use.
    leaks = [
        f"{path} imports {name}"
        for path in app_modules()
        if "api" not in path.parts and path.name != "urls.py"
        for name in imports_of(path)
        if dialect_of(name) and "xml_rows" not in name
    ]
    assert leaks == []


def test_only_the_ledger_writes_points() -> None:
    writing = re.compile(
        r"(?<![.\w])(PointsTransfer|LedgerEntry|Draw)(\.objects\.\w*(create|update)\w*\(|\()"
        r"|\b(transfers|entries|draws)\.\w*(create|update)\w*\("
    )
    allowed = {"ledger", "models", "migrations"}
    writers = [
        f"{path}: {found[0]}"
        for path in app_modules()
        if not (path.parts[0] == "wallet" and allowed & set(path.parts))
        and (found := writing.search((ROOT / path).read_text(encoding="utf-8")))
    ]
    assert writers == []


def test_no_django_signals() -> None:
    users = [
        str(path)
        for path in app_modules()
        for name in imports_of(path)
        if re.fullmatch(
            r"django\.(db\.models|core|dispatch|test|contrib\.auth)\.signals\.\w+|django\.dispatch\.receiver",
            name,
        )
        and not name.endswith("got_request_exception")
    ]
    assert users == []


def test_no_catch_all_modules() -> None:
    vague = {"utils", "util", "helpers", "common", "core", "services", "service", "misc", "signals"}
    assert [str(path) for path in app_modules() if vague & {Path(part).stem for part in path.parts}] == []


def test_there_are_five_apps() -> None:
    assert sorted(path.parent.name for path in ROOT.glob("*/apps.py")) == sorted(APPS)
