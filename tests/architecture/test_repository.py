"""What no file of the project may hold."""

import re
from pathlib import Path

from tests.architecture.source import ROOT, project_files

TEXT = {".py", ".md", ".txt", ".in", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".json", ".sql", ".svg", ".po",
        ".sh", ".cfg", ".tsv", ".csv", ""}  # fmt: skip
# Joined here so that this file does not hold what it looks for.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org"]
HOMES = re.compile(r"(?<![\w.])/(home|Users)/\w+/|(?<![\w.])/r[o]ot/|(?<![\w.])/w[o]rk/")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def text_files() -> list[tuple[Path, str]]:
    found = []
    for path in project_files():
        if path.suffix in TEXT and (ROOT / path).stat().st_size < 2_000_000:
            try:
                found.append((path, (ROOT / path).read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue
    return found


def test_no_file_names_a_package_registry() -> None:
    assert [f"{path}: {host}" for path, text in text_files() for host in HOSTS if host in text] == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [f"{path}: {hit[0]}" for path, text in text_files() if (hit := HOMES.search(text))]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    ours = [
        (path, text) for path, text in text_files() if "vendor" not in path.parts and path.suffix != ".txt"
    ]
    assert [f"{path}: {hit[0]}" for path, text in ours if (hit := UNFINISHED.search(text))] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path}: {target}"
        for path, text in text_files()
        if path.suffix == ".md"
        for target in LINK.findall(text)
        if "://" not in target and not (ROOT / path.parent / target).exists()
    ]
    assert broken == []


def test_the_locks_carry_a_hash_for_every_package() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))
        unhashed = [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
        assert unhashed == []
