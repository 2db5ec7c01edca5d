"""Uploaded pictures: what is kept, what is refused, and what never reaches the disk."""

import io
import struct
import zlib

import pytest
from PIL import Image

from loyalty import images

SECRET = b"GPS 52.2297 N 21.0122 E"


def picture(file_format="PNG", size=(40, 30), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(out, format=file_format, **options)
    return out.getvalue()


def clean(content: bytes, **limits) -> images.CleanImage:
    return images.clean_image(io.BytesIO(content), **limits)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/png")],
)
def test_a_picture_of_a_known_format_is_kept(sent, kept):
    image = clean(picture(sent))

    assert image.content_type == kept == images.content_type_of(image.new_name())
    with Image.open(io.BytesIO(image.content)) as again:
        assert again.size == (40, 30)


def test_metadata_does_not_survive():
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    content = picture("JPEG", exif=exif.tobytes())
    assert SECRET in content

    assert SECRET not in clean(content).content


def test_a_sideways_photo_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    with Image.open(io.BytesIO(clean(picture("JPEG", exif=exif.tobytes())).content)) as upright:
        assert upright.size == (30, 40)


def test_what_hangs_on_behind_the_picture_does_not_survive():
    assert b"<script>" not in clean(picture() + b"<script>alert(1)</script>").content


def test_a_jpeg_of_very_many_scans_is_refused_before_each_costs_a_walk_over_all_pixels():
    content = picture("JPEG", progressive=True)
    last_scan = content[content.rindex(b"\xff\xda") : -2]
    assert clean(content).content_type == "image/jpeg"

    with pytest.raises(images.ImageNotAccepted):
        clean(content[:-2] + last_scan * 100 + content[-2:])


def test_transparency_survives():
    with Image.open(io.BytesIO(clean(picture(mode="RGBA")).content)) as image:
        assert image.mode == "RGBA"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        picture("BMP"),
        picture("TIFF"),
        picture()[:60],
        picture("JPEG")[:100],
    ],
    ids=["empty", "text", "svg", "bmp", "tiff", "broken png", "broken jpeg"],
)
def test_anything_else_is_refused(content):
    with pytest.raises(images.ImageNotAccepted):
        clean(content)


def test_a_file_over_the_limit_is_refused():
    with pytest.raises(images.ImageTooLarge, match="2 MB"):
        clean(b"\x89PNG" + b"\0" * images.MAX_BYTES)


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [6_000, 10_000, 13_000, 60_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(side):
    with pytest.raises(images.ImageNotAccepted):
        clean(_png_claiming(side, side))


def test_the_limit_of_pixels_may_be_tighter():
    with pytest.raises(images.ImageNotAccepted):
        clean(picture(size=(40, 30)), max_pixels=1000)
