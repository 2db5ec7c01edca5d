"""Card codes: what a scanner reads is exactly the card number."""

import shutil
import subprocess

import pytest
from PIL import Image

from customers import card

needs_scanner = pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")
NUMBERS = [
    "9912345678",
    "99",
    "990",
    "9999",
    "99A1",
    "4803123456",
    "A12345",
    "12A99",
    "1",
    "PL-00017",
    "000000005000",
]


def scan(rows: list[list[bool]], path, *, scale: int, height: int = 1) -> str:
    """Print the modules with a quiet zone and read them back with a real scanner's software."""
    quiet = 10
    picture = Image.new(
        "1", ((len(rows[0]) + 2 * quiet) * scale, (len(rows) * height + 2 * quiet) * scale), 1
    )
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                left, top = (x + quiet) * scale, (y * height + quiet) * scale
                picture.paste(0, (left, top, left + scale, top + height * scale))
    picture.save(path)
    return subprocess.run(
        ["zbarimg", "--raw", "--quiet", str(path)], capture_output=True, text=True, check=True
    ).stdout.removesuffix("\n")


@needs_scanner
@pytest.mark.parametrize("number", NUMBERS)
def test_code_128_reads_back_as_the_card_number(number, tmp_path):
    assert scan([card.code128_modules(number)], tmp_path / "code.png", scale=3, height=40) == number


@needs_scanner
@pytest.mark.parametrize("number", [*NUMBERS, "x" * 128])
def test_qr_reads_back_as_the_card_number(number, tmp_path):
    assert scan(card.qr_modules(number), tmp_path / "code.png", scale=5) == number


@pytest.mark.parametrize("number", ["", "żółw-17", "1" * 41])
def test_what_code_128_cannot_carry_on_a_phone_has_no_bars(number):
    assert not card.has_code128(number)


def test_the_drawings_are_black_on_white_with_quiet_zones():
    bars = card.code128_svg("9912345678")
    assert 'viewBox="0 0 110 60"' in bars
    assert '<path fill="#fff" d="M0 0h110v60H0z"/><path d="M10 0h' in bars
    square = card.qr_svg("9912345678")
    assert 'viewBox="0 0 29 29"' in square
    assert '<path d="M4 4h7v1h-7z' in square
    assert "style" not in bars + square
