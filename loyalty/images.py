"""Uploaded pictures: only known formats, measured before they are decoded, drawn anew without metadata.

A picture of a few kilobytes can decode to gigabytes, and a file can be a picture and a script at once. So the size in
pixels is read from the header first, and what is kept is our own encoding of the pixels, never the bytes that came.
"""

import io
import struct
import uuid
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageOps, UnidentifiedImageError

from loyalty.refusals import Refusal

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 25_000_000
# A progressive JPEG comes in some ten scans. Each is a walk over all pixels, however few bytes it has.
MAX_SCANS = 64
_START_OF_SCAN = b"\xff\xda"
# What may come in, and what it is kept as. An animation keeps its first frame.
_KEPT_AS = {"JPEG": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
_TYPES = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
_BROKEN = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    TypeError,
    SyntaxError,
    EOFError,
    OverflowError,
    IndexError,
    KeyError,
    MemoryError,
    struct.error,
)


class ImageTooLarge(Refusal):
    """The file is larger than allowed."""

    code = "image.too_large"
    message = "The file is too large. Allowed maximum size is {megabytes} MB."
    field = "file"


class ImageNotAccepted(Refusal):
    """The file is no picture of an accepted format, is broken, or has too many pixels."""

    code = "image.not_accepted"
    message = "This file is not a valid image."
    field = "file"


class Upload(Protocol):
    """What is asked of an uploaded file."""

    def read(self, num_bytes: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class CleanImage:
    """A picture in our own encoding."""

    content: bytes
    content_type: str
    extension: str

    def new_name(self) -> str:
        """Give a random file name."""
        return f"{uuid.uuid4().hex}.{self.extension}"


def clean_image(upload: Upload, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> CleanImage:
    """Check an uploaded picture and give it re-encoded, upright and without metadata.

    Raises: ImageTooLarge, ImageNotAccepted.
    """
    raw = upload.read(max_bytes + 1)
    if len(raw) > max_bytes:
        raise ImageTooLarge(megabytes=max_bytes // (1024 * 1024))
    if raw.startswith(b"\xff\xd8") and raw.count(_START_OF_SCAN) > MAX_SCANS:
        raise ImageNotAccepted
    try:
        return _encode_anew(raw, max_pixels=max_pixels)
    except _BROKEN as error:
        raise ImageNotAccepted from error


def content_type_of(name: str) -> str:
    """Give the content type of a file that `CleanImage.new_name` named."""
    extension = name.rpartition(".")[2].lower()
    return next((kind for kind, known in _TYPES.values() if known == extension), "application/octet-stream")


def _encode_anew(raw: bytes, *, max_pixels: int) -> CleanImage:
    formats = list(_KEPT_AS)
    with Image.open(io.BytesIO(raw), formats=formats) as seen:
        kept_as = _KEPT_AS[seen.format or ""]
        if seen.width * seen.height > max_pixels:
            raise ImageNotAccepted
        seen.verify()
    # verify() leaves a picture unusable, so it is opened a second time.
    with Image.open(io.BytesIO(raw), formats=formats) as picture:
        upright = ImageOps.exif_transpose(picture)
        clean = upright.convert(_mode(upright, kept_as))
    clean.info = {}
    out = io.BytesIO()
    clean.save(out, format=kept_as, **({"quality": 88} if kept_as != "PNG" else {}))
    content_type, extension = _TYPES[kept_as]
    return CleanImage(content=out.getvalue(), content_type=content_type, extension=extension)


def _mode(picture: Image.Image, kept_as: str) -> str:
    return "RGBA" if kept_as != "JPEG" and picture.has_transparency_data else "RGB"
