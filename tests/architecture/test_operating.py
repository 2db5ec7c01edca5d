"""What operators are told is what the program does."""

import re

from loyalty.celery import app
from tests.architecture.source import ROOT, app_modules

PAGE = (ROOT / "docs/operating.md").read_text(encoding="utf-8")


def test_every_environment_variable_is_explained() -> None:
    settings = (ROOT / "loyalty/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    # Read by prometheus_client itself, which loyalty/metrics.py follows.
    read.add("PROMETHEUS_MULTIPROC_DIR")
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE))
    assert read == explained


def test_the_environment_is_read_in_one_place() -> None:
    elsewhere = [
        str(path)
        for path in app_modules()
        if path.name not in {"settings.py", "celery.py", "wsgi.py", "metrics.py"}
        and re.search(r"os\.(environ|getenv)", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert elsewhere == []


def test_every_scheduled_task_exists_and_is_explained() -> None:
    app.autodiscover_tasks(force=True)
    for name, entry in app.conf.beat_schedule.items():
        assert entry["task"] in app.tasks, entry["task"]
        assert f"| {name} |" in PAGE
