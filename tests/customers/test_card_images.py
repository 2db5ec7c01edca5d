"""Card pictures: what a scanner reads off the file is exactly the card number."""

import io
import shutil
import subprocess

import pytest
from PIL import Image

from customers import card_images

needs_scanner = pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")
NUMBERS = ["9912345678", "99", "990", "9999", "99A1", "A12345", "12A99", "1", "PL-00017", "000000005000"]


def scan(png, path):
    path.write_bytes(png)
    command = ["zbarimg", "--raw", "--quiet", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.removesuffix("\n")


@needs_scanner
@pytest.mark.parametrize("number", [*NUMBERS, "7" * 128, "x" * 128])
def test_code_128_reads_back_as_the_card_number(number, tmp_path):
    assert scan(card_images.code128_png(number), tmp_path / "code.png") == number


@needs_scanner
@pytest.mark.parametrize(
    "number", [*NUMBERS, "x" * 128, "é", "ü12", "¥500", "\ufeff12", "漢" * 20, "7" * 30 + "ż", "🐱" * 128]
)
def test_qr_reads_back_as_the_card_number(number, tmp_path):
    assert scan(card_images.qr_png(number), tmp_path / "code.png") == number


@pytest.mark.parametrize("draw", [card_images.qr_png, card_images.code128_png])
def test_pictures_are_png_with_a_white_edge(draw):
    picture = Image.open(io.BytesIO(draw("9912345678")))
    assert (picture.format, picture.mode) == ("PNG", "1")
    edge = {picture.getpixel((x, 0)) for x in range(picture.width)}
    assert edge == {255}


def test_what_code_128_cannot_show_is_refused():
    with pytest.raises(card_images.CardNotDrawable):
        card_images.code128_png("żółw-17")
