"""Modules stay small enough to read in one sitting."""

from tests.architecture.source import ROOT, app_modules, project_files

LIMIT = 400
LIMIT_OF_TESTS = 700
# Path -> why it may be longer.
EXCEPTIONS: dict[str, str] = {}


def long_ones() -> set[str]:
    tests = (path for path in project_files() if path.suffix == ".py" and path.parts[0] == "tests")
    return {
        str(path)
        for path in (*app_modules(), *tests)
        if len((ROOT / path).read_text(encoding="utf-8").splitlines())
        > (LIMIT_OF_TESTS if path.parts[0] == "tests" else LIMIT)
    }


def test_no_module_is_longer_than_the_limit_without_a_reason() -> None:
    assert long_ones() - set(EXCEPTIONS) == set()


def test_no_exception_outlives_its_need() -> None:
    assert set(EXCEPTIONS) - long_ones() == set()
