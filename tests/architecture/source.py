"""The project's own files, as the tests of this folder see them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("loyalty", "customers", "wallet", "campaigns", "orders")
NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
            ".hypothesis", ".import_linter_cache", "htmlcov", "media", "staticfiles"}  # fmt: skip


def project_files() -> Iterator[Path]:
    """Yield every file that belongs to the project, as a path from its root."""
    waiting = [ROOT]
    while waiting:
        for path in waiting.pop().iterdir():
            if path.name in NOT_OURS:
                continue
            if path.is_dir():
                waiting.append(path)
            else:
                yield path.relative_to(ROOT)


def app_modules() -> list[Path]:
    """List the modules of the five apps, migrations left out."""
    return sorted(
        path
        for path in project_files()
        if path.suffix == ".py" and path.parts[0] in APPS and "migrations" not in path.parts
    )


def dotted(path: Path) -> str:
    """Give the import name of a module."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Give every module that a module imports, and every `module.name` it imports from one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found
