"""Read XML files of rows as a stream: nothing is held but the row at hand, and nothing hostile is obeyed.

A file is `<rows><row>…</row><row>…</row></rows>`. It is read twice: `check()` looks at the whole of it before the
first row is touched, so a file that breaks in the middle imports nothing; `rows()` then gives its rows.

Refused: a document type in any encoding (and with it every entity), other elements where rows belong, nesting
deeper than MAX_DEPTH, a row heavier than MAX_ROW_WEIGHT, one token longer than MAX_TOKEN_BYTES.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from loyalty.refusals import Refusal

MAX_DEPTH = 12
# Characters of text and names in one row, plus a fixed charge for each of its elements.
MAX_ROW_WEIGHT = 4_000_000
ELEMENT_WEIGHT = 64
MAX_TOKEN_BYTES = 1024 * 1024
_CHUNK_BYTES = 128 * 1024


class BrokenFile(Refusal):
    """The file as a whole cannot be read; no row of it was imported."""

    code = "import.broken_file"
    message = "{reason}"
    field = "file"


@dataclass(frozen=True)
class Layout:
    """What the file's outermost element and its rows are called."""

    root: str
    row: str


@dataclass(slots=True)
class Node:
    """One element of a row: its name, its own text, the elements in it. Attributes and namespaces are ignored."""

    tag: str
    pieces: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    @property
    def own_text(self) -> str:
        return "".join(self.pieces).strip()

    @property
    def weight(self) -> int:
        """How much of memory the element takes, in characters of text and a charge for each element."""
        return ELEMENT_WEIGHT + sum(map(len, self.pieces)) + sum(child.weight for child in self.children)

    def find(self, path: str) -> "Node | None":
        """Give the first element at a path like `customer/address`, or None."""
        head, _, rest = path.partition("/")
        for child in self.children:
            if child.tag == head:
                return child.find(rest) if rest else child
        return None

    def all(self, path: str) -> list["Node"]:
        """Give every element with the path's last name inside the first parent at the path."""
        parent, _, last = path.rpartition("/")
        holder = self.find(parent) if parent else self
        return [] if holder is None else [child for child in holder.children if child.tag == last]

    def text(self, path: str) -> str:
        """Give the text of the element at a path; an absent one has empty text."""
        found = self.find(path)
        return "" if found is None else found.own_text


class _Target:
    """Receives the parser's events, keeps the open elements of the row at hand, and hands over whole rows."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.finished: list[Node] = []
        self.events = 0
        self._depth = 0
        self._weight = 0
        self._open: list[Node] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.events += 1
        self._depth += 1
        name = tag.rpartition("}")[2]
        self._check_place(name)
        if self._depth == 1:
            return
        if self._depth == 2:
            self._weight = 0
        self._charge(
            ELEMENT_WEIGHT + len(tag) + sum(len(key) + len(value) for key, value in attributes.items())
        )
        node = Node(name)
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, tag: str) -> None:
        self.events += 1
        self._depth -= 1
        if not self._open:
            return
        node = self._open.pop()
        if not self._open:
            self.finished.append(node)

    def data(self, text: str) -> None:
        self.events += 1
        if self._open:
            self._charge(len(text))
            self._open[-1].pieces.append(text)
        elif text.strip():
            raise BrokenFile(reason=f"Text stands outside <{self.layout.row}>.")

    def close(self) -> None:
        """End of the document: nothing is left to do."""

    def _check_place(self, name: str) -> None:
        if self._depth == 1 and name != self.layout.root:
            raise BrokenFile(reason=f"The outermost element must be <{self.layout.root}>.")
        if self._depth == 2 and name != self.layout.row:
            raise BrokenFile(reason=f"<{self.layout.root}> may hold <{self.layout.row}> only.")
        if self._depth > MAX_DEPTH:
            raise BrokenFile(reason=f"Elements are nested deeper than {MAX_DEPTH}.")

    def _charge(self, weight: int) -> None:
        self._weight += weight
        if self._weight > MAX_ROW_WEIGHT:
            raise BrokenFile(reason=f"One <{self.layout.row}> is too large.")


def check(file: IO[bytes], *, layout: Layout) -> int:
    """Read the whole file without acting on it and give the number of its rows.

    Raises: BrokenFile.
    """
    return sum(1 for _ in rows(file, layout=layout))


def rows(file: IO[bytes], *, layout: Layout) -> Iterator[Node]:
    """Give the file's rows one by one, from its beginning, holding one at a time.

    Raises: BrokenFile as soon as the trouble is met; call `check()` first where nothing may be done by halves.
    """
    file.seek(0)
    target = _Target(layout)
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    silent = 0
    while chunk := file.read(_CHUNK_BYTES):
        seen = target.events
        _feed(parser, chunk)
        # Expat keeps a token until it ends; a token without an end would be kept, and reread, for ever.
        silent = 0 if target.events != seen else silent + len(chunk)
        if silent > MAX_TOKEN_BYTES:
            raise BrokenFile(reason="One tag or comment is too long.")
        yield from target.finished
        target.finished.clear()
    _feed(parser, None)


def _feed(parser: DefusedXMLParser, chunk: bytes | None) -> None:
    try:
        if chunk is None:
            parser.close()
        else:
            parser.feed(chunk)
    except DefusedXmlException as error:
        raise BrokenFile(reason="The file may not contain a document type definition.") from error
    except ParseError as error:
        line, column = error.position
        raise BrokenFile(
            reason=f"The file is not well-formed XML (line {line}, column {column + 1})."
        ) from error
    except (LookupError, ValueError) as error:
        raise BrokenFile(reason="The file's encoding is not supported.") from error
