"""What stands in a certificate (RFC 5280), read from its bytes: Python tells of one only when it was verified."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

INTEGER, BITS, OCTETS, OID, UTC_TIME, TIME = 0x02, 0x03, 0x04, 0x06, 0x17, 0x18
VERSION, EXTENSIONS = 0xA0, 0xA3
MAIL, NAME, ADDRESS, IP = 0x81, 0x82, 0x86, 0x87
NAMES = "2.5.29.17"
RSA, CURVE = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
PARTS = {"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU"}
CALLED = {
    "1.2.840.113549.1.1.5": "RSA with SHA-1",
    "1.2.840.113549.1.1.10": "RSA-PSS",
    "1.2.840.113549.1.1.11": "RSA with SHA-256",
    "1.2.840.113549.1.1.12": "RSA with SHA-384",
    "1.2.840.113549.1.1.13": "RSA with SHA-512",
    "1.2.840.10045.4.3.2": "ECDSA with SHA-256",
    "1.2.840.10045.4.3.3": "ECDSA with SHA-384",
    "1.2.840.10045.4.3.4": "ECDSA with SHA-512",
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}


@dataclass(frozen=True)
class Certificate:
    """Hostile in every word. ``start`` and ``end`` are the first and the last second in which it is good, since the epoch."""

    subject: str
    names: tuple[str, ...]
    issuer: str
    serial: str
    start: int
    end: int
    key: str
    signature: str


def certificate(der: bytes) -> Certificate:
    """What the bytes of one say. ValueError when they are none."""
    try:
        body = _inside(_one(der))[0][1]
        parts = [each for each in _parts(body) if each[0] != VERSION]
        serial, signature, issuer, validity, subject, key = (content for _, content in parts[:6])
        start, end = (_seconds(tag, content) for tag, content in _parts(validity))
        named = [name for tag, content in parts[6:] if tag == EXTENSIONS for name in _alternative(content)]
        kind = _dotted(_inside(signature)[0][1])
        return Certificate(
            _name(subject), tuple(named), _name(issuer), serial.hex(), start, end, _key(key), CALLED.get(kind, kind)
        )
    except (IndexError, OverflowError, TypeError, ValueError) as error:
        raise ValueError("not a certificate") from error


def _parts(words: bytes) -> Iterator[tuple[int, bytes]]:
    """The tags and contents that follow one another. ValueError when the bytes end too early."""
    at = 0
    while at < len(words):
        tag, size = words[at], words[at + 1]
        at += 2
        if size & 0x80:
            digits = size & 0x7F
            size = int.from_bytes(words[at : at + digits], "big")
            at += digits
        if at + size > len(words):
            raise ValueError("cut off")
        yield tag, words[at : at + size]
        at += size


def _inside(words: bytes) -> list[tuple[int, bytes]]:
    return list(_parts(words))


def _one(words: bytes) -> bytes:
    """The content of the one thing that there is."""
    return _inside(words)[0][1]


def _dotted(words: bytes) -> str:
    """An object identifier in numbers."""
    numbers, number = [words[0] // 40, words[0] % 40], 0
    for byte in words[1:]:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    return ".".join(map(str, numbers))


def _name(words: bytes) -> str:
    """A distinguished name, the most general first, as it is written in the certificate."""
    found = []
    for _, group in _parts(words):
        for _, pair in _parts(group):
            (_, kind), (_, value) = _inside(pair)
            found.append(f"{PARTS.get(_dotted(kind), _dotted(kind))}={value.decode('utf-8', 'replace')}")
    return ", ".join(found)


def _seconds(tag: int, words: bytes) -> int:
    """A time. One of two digits for the year is between 1950 and 2049 (RFC 5280, 4.1.2.5.1)."""
    text = words.decode("ascii", "replace")
    if tag == UTC_TIME:
        text = ("19" if text >= "50" else "20") + text
    return int(datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp())


def _alternative(words: bytes) -> Iterator[str]:
    """The names that a certificate is for."""
    for _, extension in _parts(_one(words)):
        parts = _inside(extension)
        if _dotted(parts[0][1]) == NAMES:
            for tag, content in _parts(_one(parts[-1][1])):
                if tag == IP:
                    yield str(ipaddress.ip_address(content))
                elif tag in (MAIL, NAME, ADDRESS):
                    yield content.decode("ascii", "replace")


def _key(words: bytes) -> str:
    """The kind of the key and its size."""
    (_, algorithm), (_, bits) = _inside(words)
    parts = _inside(algorithm)
    kind = _dotted(parts[0][1])
    if kind == RSA:
        number = _inside(_one(bits[1:]))[0][1]
        return f"RSA of {int.from_bytes(number, 'big').bit_length()} bits"
    if kind == CURVE:
        curve = _dotted(parts[1][1])
        return f"ECDSA on {CALLED.get(curve, curve)}"
    return CALLED.get(kind, kind)
