"""The customer's card as a picture file: QR and Code 128 of the card number, as PNG."""

import io

from barcode.charsets.code128 import ALL as CODE128_CHARACTERS
from PIL import Image

from customers import card
from loyalty.refusals import Refusal

_CODE128_SCALE, _CODE128_HEIGHT, _CODE128_QUIET = 3, 40, 10
_QR_SCALE, _QR_QUIET = 8, 4


class CardNotDrawable(Refusal):
    """Code 128 has no bars for some character of the card number."""

    code = "customer.card_not_drawable"
    message = "This card number has characters that Code 128 cannot show."


def code128_png(number: str) -> bytes:
    """Draw a card number as Code 128. Raises: CardNotDrawable."""
    if not all(character in CODE128_CHARACTERS for character in number):
        raise CardNotDrawable
    row = card.code128_modules(number)
    return _png([row] * _CODE128_HEIGHT, quiet=_CODE128_QUIET, scale=_CODE128_SCALE)


def qr_png(number: str) -> bytes:
    """Draw a card number as a QR code."""
    return _png(card.qr_modules(number), quiet=_QR_QUIET, scale=_QR_SCALE)


def _png(rows: list[list[bool]], *, quiet: int, scale: int) -> bytes:
    """Draw dark modules black on white, with a quiet zone around them."""
    drawn = Image.new("1", (len(rows[0]), len(rows)), 1)
    drawn.putdata([0 if is_dark else 1 for row in rows for is_dark in row])
    picture = Image.new("1", (len(rows[0]) + 2 * quiet, len(rows) + 2 * quiet), 1)
    picture.paste(drawn, (quiet, quiet))
    file = io.BytesIO()
    picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST).save(
        file, format="PNG"
    )
    return file.getvalue()
