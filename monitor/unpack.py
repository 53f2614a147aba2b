"""Bodies as text: codings undone and characters decoded, in bounded memory, whatever the server says of them."""

from __future__ import annotations

import codecs
import zlib

CODINGS = 2
WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}  # deflate is sent with and without its frame
CHARSETS = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-16"}


def unpack(body: bytes, codings: str, is_cut: bool, limit: int) -> tuple[bytes, bool]:
    """The body without its codings, at most ``limit`` bytes, and whether there was more. ValueError when it cannot be undone."""
    names = [name.strip().lower() for name in codings.split(",", CODINGS)]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > CODINGS or any(name not in WINDOWS for name in names):
        raise ValueError("the body has a coding that was not asked for")
    for name in reversed(names):
        body, is_cut = _inflate(body, WINDOWS[name], is_cut, limit)
    return body, is_cut


def _inflate(body: bytes, windows: tuple[int, ...], is_cut: bool, limit: int) -> tuple[bytes, bool]:
    for window in windows:
        stream = zlib.decompressobj(window)
        try:
            plain = stream.decompress(body, limit)
        except zlib.error:
            continue
        if stream.eof or is_cut or len(plain) == limit:
            return plain, not stream.eof
    raise ValueError("the coding of the body is broken")


def text(body: bytes, content_type: str) -> str:
    """The body in the charset it names if that is a usual one, else in UTF-8; what does not fit is replaced."""
    charset = content_type.lower().rpartition("charset=")[2].partition(";")[0].strip(" \"'")
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = "utf-8"
    return body.decode(name if name in CHARSETS else "utf-8", "replace")
