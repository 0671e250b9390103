"""JSON that is read a piece at a time from a file, so that a large one takes neither much memory nor a long turn.

Python's own parser takes a file whole, and lets no other thread run meanwhile. ``server/rooms/dataset.py`` reads data
sets with it.
"""

import base64
import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any, Final

#: Bytes that are read at once.
CHUNK_BYTES: Final = 1 << 18
#: Characters of the largest value that is read whole: an example has two ids and a label, each character at most 12.
VALUE_CHARACTERS: Final = 1 << 12
SPACES: Final = re.compile(r"[ \t\n\r]*")
DECODER: Final = json.JSONDecoder()


class JsonReader:
    r"""Reads one JSON text, in UTF-8, from its start to its end. All methods raise ValueError where it is no JSON.

    Args:
        file: Opened for reading bytes.

    Example:
        >>> reader = JsonReader(io.BytesIO(b'{"name": "Ada", "numbers": "AAE="}'))
        >>> for key in reader.keys():
        ...     print(key, reader.value() if key == "name" else reader.base64())
        name Ada
        numbers bytearray(b'\x00\x01')
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text = ""
        self._at = 0
        self._has_more = True

    def keys(self) -> Iterator[str]:
        """Yield the keys of an object; after each, its value must be read."""
        for _ in self._parts("{", "}"):
            key = self.value()
            if not isinstance(key, str):
                raise ValueError("a key is no text")
            self._take(":")
            yield key

    def items(self) -> Iterator[None]:
        """Yield once for each value in a list, which must then be read."""
        return self._parts("[", "]")

    def value(self) -> Any:
        """Read a small value."""
        self.next_character()
        self._fill(VALUE_CHARACTERS)
        text = self._text[self._at : self._at + VALUE_CHARACTERS]
        try:
            value, end = DECODER.raw_decode(text)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        if end == VALUE_CHARACTERS:
            raise ValueError("a value in it is too long")
        self._at += end
        return value

    def base64(self) -> bytearray:
        """Read a text of base64, of any size, and return its bytes."""
        self._take('"')
        decoded = bytearray()
        kept, is_last = "", False
        while not is_last:
            self._fill(1)
            if self._at == len(self._text):
                raise ValueError("it ends within a text")
            end = self._text.find('"', self._at)
            is_last = end >= 0
            text = kept + self._text[self._at : end if is_last else None]
            self._at = end + 1 if is_last else len(self._text)
            # Four characters at least wait for what follows: they may be the last ones, or half of an escaped slash.
            size = len(text) if is_last else max(len(text) - 4, 0)
            # JSON may write a slash with a backslash before it.
            text, kept = text[:size].replace("\\/", "/"), text[size:]
            if not is_last:
                size = len(text) // 4 * 4
                text, kept = text[:size], text[size:] + kept
                if text.endswith("="):
                    raise ValueError("base64 goes on after its end")
            decoded += base64.b64decode(text, validate=True)
        return decoded

    def end(self) -> None:
        """See that nothing follows."""
        if self.next_character():
            raise ValueError("something follows its end")

    def next_character(self) -> str:
        """Return the next character that is no space, without reading it; "" at the end."""
        while True:
            self._fill(1)
            self._at = SPACES.match(self._text, self._at).end()  # type: ignore[union-attr]  # it matches "" at least
            if self._at < len(self._text) or not self._has_more:
                return self._text[self._at : self._at + 1]

    def _parts(self, first: str, last: str) -> Iterator[None]:
        self._take(first)
        if self.next_character() != last:
            yield
            while self.next_character() == ",":
                self._take(",")
                yield
        self._take(last)

    def _take(self, character: str) -> None:
        came = self.next_character()
        if came != character:
            raise ValueError(f"{came or 'its end'} stands where {character} should be")
        self._at += 1

    def _fill(self, characters: int) -> None:
        """Read on until so many characters wait, or the file ends."""
        while self._has_more and len(self._text) - self._at < characters:
            data = self._file.read(CHUNK_BYTES)
            self._has_more = bool(data)
            self._text = self._text[self._at :] + self._decode(data, not data)
            self._at = 0
