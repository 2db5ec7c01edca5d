"""The customer's card as a till scanner reads it: QR and Code 128 of the card number, drawn as SVG.

Both pictures hold exactly the card number. Nothing here knows the database.
"""

from itertools import groupby

import qrcode
from barcode.charsets.code128 import ALL as CODE128_CHARACTERS
from barcode.codex import Code128
from qrcode.util import MODE_8BIT_BYTE, BitBuffer

# Longer values make bars thinner than a phone's screen can draw; the QR still carries them.
_LONGEST_CODE128 = 40
_CODE128_HEIGHT = 60
_CODE128_QUIET = 10
_QR_QUIET = 4
# How a QR code announces its character set, and the number of UTF-8 among those.
_ANNOUNCES, _UTF8 = 0b0111, 26


class _Code128(Code128):  # type: ignore[misc]  # the library has no types
    """Code 128 that keeps a leading 99.

    python-barcode 0.16.1 takes the digit pair 99 at the start for the symbol of the same number that switches to set
    C, and folds it into the start symbol. Only a value that does not start with two digits begins with a switch.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        if self.code[:2].isdigit():
            return encoded
        switched: list[int] = super()._try_to_optimize(encoded)
        return switched


class _Utf8Follows:
    """Part of a QR code: what follows is UTF-8. Scanners guess otherwise, and take a lone é for a Chinese character.

    The library has no such part, so this one is the end of an empty part that it has.
    """

    mode = MODE_8BIT_BYTE

    def __len__(self) -> int:
        return 0

    def write(self, buffer: BitBuffer) -> None:
        buffer.put(_ANNOUNCES, 4)
        buffer.put(_UTF8, 8)


def has_code128(value: str) -> bool:
    """Tell whether a value can be drawn as Code 128 that a scanner reads from a phone."""
    return 0 < len(value) <= _LONGEST_CODE128 and all(character in CODE128_CHARACTERS for character in value)


def code128_modules(value: str) -> list[bool]:
    """Give the bars (True) and gaps of a value, one per module, without quiet zones.

    Raises: barcode.errors.IllegalCharacterError for characters outside the code; ask `has_code128` first.
    """
    bars: str = _Code128(value).build()[0]
    return [bar == "1" for bar in bars]


def qr_modules(value: str) -> list[list[bool]]:
    """Give the rows of a QR code of a value, without quiet zones."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    if not value.isascii():
        code.data_list.append(_Utf8Follows())
    code.add_data(value)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    return rows


def code128_svg(value: str) -> str:
    """Draw a value as Code 128, black on white, quiet zones included."""
    modules = code128_modules(value)
    width = len(modules) + 2 * _CODE128_QUIET
    path = _row_path(modules, left=_CODE128_QUIET, top=0, height=_CODE128_HEIGHT)
    return _svg(width=width, height=_CODE128_HEIGHT, path=path, stretch=True)


def qr_svg(value: str) -> str:
    """Draw a value as a QR code, black on white, quiet zone included."""
    rows = qr_modules(value)
    side = len(rows) + 2 * _QR_QUIET
    path = "".join(
        _row_path(row, left=_QR_QUIET, top=_QR_QUIET + number, height=1) for number, row in enumerate(rows)
    )
    return _svg(width=side, height=side, path=path, stretch=False)


def _row_path(modules: list[bool], *, left: int, top: int, height: int) -> str:
    """Give one rectangle per run of dark modules."""
    path, x = "", left
    for is_dark, run in groupby(modules):
        width = len(list(run))
        if is_dark:
            path += f"M{x} {top}h{width}v{height}h-{width}z"
        x += width
    return path


def _svg(*, width: int, height: int, path: str, stretch: bool) -> str:
    aspect = ' preserveAspectRatio="none"' if stretch else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f'{aspect} shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path d="{path}"/></svg>'
    )
