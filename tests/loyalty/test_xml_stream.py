"""Hostile and broken XML is refused before anything is read from it; rows come one at a time."""

import io
import tracemalloc
from itertools import islice

import pytest

from loyalty.imports import xml_stream
from loyalty.imports.xml_stream import BrokenFile, Layout

LAYOUT = Layout("rows", "row")
ENTITIES = '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {here} "{f"&{before};" * 10}">' for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)
BOMB = f"<!DOCTYPE rows [{ENTITIES}]><rows><row>&i;</row></rows>"
DTDS = {
    "billion laughs": BOMB,
    "quadratic blow-up": f'<!DOCTYPE rows [<!ENTITY a "{"x" * 1000}">]><rows><row>{"&a;" * 1000}</row></rows>',
    "external entity": '<!DOCTYPE rows [<!ENTITY a SYSTEM "file:///etc/passwd">]><rows><row>&a;</row></rows>',
    "external DTD": '<!DOCTYPE rows SYSTEM "http://example.com/x.dtd"><rows/>',
    "parameter entity": '<!DOCTYPE rows [<!ENTITY % a SYSTEM "http://example.com/x">%a;]><rows/>',
    "empty DTD": "<!DOCTYPE rows><rows/>",
}
BROKEN = {
    "nothing": b"",
    "blanks": b"   \n",
    "no XML": b"documentNumber;grossValue\n1;2\n",
    "cut off": b"<rows><row><a>1</a></row><row><a>",
    "broken in the middle": b"<rows><row><a>1</a></row><row><a>2</b></row><row/></rows>",
    "two roots": b"<rows></rows><rows></rows>",
    "another root": b"<customers><customer/></customers>",
    "another row": b"<rows><row/><line/></rows>",
    "text between rows": b"<rows><row/>and<row/></rows>",
    "unknown entity": b"<rows><row>&nbsp;</row></rows>",
    "nul": b"<rows><row>\x00</row></rows>",
    "broken UTF-8": b"<rows><row>\xff\xfe</row></rows>",
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><rows/>',
    "multi-byte encoding": b'<?xml version="1.0" encoding="utf-7"?><rows/>',
    "too deep": b"<rows><row>" + b"<a>" * 40 + b"</a>" * 40 + b"</row></rows>",
    "a heavy row": b"<rows><row>" + b"x" * (xml_stream.MAX_ROW_WEIGHT + 1) + b"</row></rows>",
    "a row of many elements": b"<rows><row>" + b"<a/>" * 70_000 + b"</row></rows>",
    "an endless tag": b"<rows><row a='" + b"x" * 2_000_000 + b"'/></rows>",
    "an endless comment": b"<rows><!--" + b"x" * 2_000_000 + b"--></rows>",
    "an endless name": b"<rows><" + b"x" * 2_000_000 + b"/></rows>",
}


def check(raw: bytes) -> int:
    return xml_stream.check(io.BytesIO(raw), layout=LAYOUT)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "cp1252"]
)
@pytest.mark.parametrize("case", DTDS)
def test_a_document_type_is_refused_in_any_encoding(case, encoding):
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'

    with pytest.raises(BrokenFile):
        check((head + DTDS[case]).encode(encoding))


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused(case):
    with pytest.raises(BrokenFile) as caught:
        check(BROKEN[case])

    assert caught.value.at_field == "file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-2"])
def test_rows_are_counted_in_their_encoding(encoding):
    name = encoding.removesuffix("-sig")
    raw = f'<?xml version="1.0" encoding="{name}"?>\n<rows>\n  <row><a>żółw</a></row>\n  <row/>\n</rows>\n'

    assert check(raw.encode(encoding)) == 2
    first = next(xml_stream.rows(io.BytesIO(raw.encode(encoding)), layout=LAYOUT))
    assert first.text("a") == "żółw"


def test_a_row_is_read_by_paths():
    raw = b"""<rows xmlns="urn:x"><row id="7"><a> one <!-- not --> two </a><b><c>3</c><c>4</c><c/></b>
      <d><![CDATA[<5>]]></d></row></rows>"""

    (row,) = xml_stream.rows(io.BytesIO(raw), layout=LAYOUT)

    assert (row.text("a"), row.text("b/c"), row.text("d"), row.text("nowhere/c")) == (
        "one  two",
        "3",
        "<5>",
        "",
    )
    assert [node.own_text for node in row.all("b/c")] == ["3", "4", ""]
    assert row.all("nowhere/c") == []


def test_a_long_file_takes_no_more_memory_than_a_short_one():
    class Endless(io.RawIOBase):
        """Fifty thousand rows that nobody keeps."""

        def __init__(self):
            self.left = 50_000
            self.is_begun = False

        def seek(self, *where):
            return 0

        def read(self, size=-1):
            if not self.is_begun:
                self.is_begun = True
                return b"<rows>"
            if not self.left:
                return b""
            self.left -= 2000
            return b"<row><a>text</a></row>" * 2000 + (b"" if self.left else b"</rows>")

    tracemalloc.start()
    try:
        found = sum(1 for _ in islice(xml_stream.rows(Endless(), layout=LAYOUT), 50_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found == 50_000
    assert peak < 8_000_000
