"""Mail, over SMTP: a few connections to the operator's own server, each for many letters. The door to aiosmtplib."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import Annotated
from urllib.parse import quote

import aiosmtplib

from monitor.channels._letter import Gone, Letter, NotSent, Refused
from monitor.table import Secret
from monitor.telling.receiver import mailbox
from monitor.trust import Contexts, Trust
from monitor.values import host, one_of, port, whole

SECONDS = 20.0
IDLE_SECONDS = 10.0
SUBJECT = 200  # characters
KEPT = 32  # letters of which the common part is kept
PLACE, PLACE_TOO = (
    "LEAVE-BY-THIS-ADDRESS-7c0e",
    "CHANGE-IT-AT-THIS-ADDRESS-51d9",
)  # where those of each receiver are put
# A mailbox that is not there, by RFC 3463: bad mailbox, bad system, bad syntax, moved away; and RFC 7505, takes no mail. What else
# is refused for good may be about us: a list on which we stand, the size of a letter.
NOBODY, NOBODY_CODES, SURE = re.compile(r"5\.1\.(?:1|2|3|6|10)\b"), {550, 551, 553}, 3
SAFE = ":/?&=%@~!$'()*+,;"  # of an address, what stays as it is


@dataclass(frozen=True)
class Mail:
    """The server that takes our mail: ``host`` and ``port``, over TLS from the first byte (``tls``), from a command on
    (``starttls``) or never (``none``), with ``user`` and ``password``. ``ca`` are the issuers that are believed instead of those of
    the system. It comes ``from`` this mailbox; answers go to ``reply_to``. So many ``connections`` are used at once.
    """

    host: Annotated[str, host]
    sender: Annotated[str, mailbox] = field(metadata={"key": "from"})
    port: Annotated[int, port] = 587
    security: Annotated[str, one_of("starttls", "tls", "none")] = "starttls"
    user: Secret | None = None
    password: Secret | None = None
    reply_to: Annotated[str, mailbox] | None = None
    connections: Annotated[int, whole(1, 20)] = 4
    ca: Secret | None = None

    def __post_init__(self) -> None:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together")
        if self.user and self.security == "none" and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("a password is not sent without TLS")


class Post:
    """Sends mail. Connections are kept for a while, and given up when anything about them is odd."""

    def __init__(self, mail: Mail, contexts: Contexts) -> None:
        self.mail = mail
        self._press = Press(mail)
        self._trust = Trust(ca=mail.ca.reveal() if mail.ca else None)
        self._contexts = contexts
        self._free = asyncio.Semaphore(mail.connections)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []
        self._done: OrderedDict[tuple[str, ...], set[str]] = OrderedDict()

    def done_of(self, letter: tuple[str, ...]) -> set[str]:
        """The mailboxes that are done with a letter which goes to several; of the last so many letters."""
        found = self._done.setdefault(letter, set())
        if len(self._done) > KEPT:
            self._done.popitem(last=False)
        return found

    async def send(self, to: str, letter: Letter) -> None:
        """Send a letter to a mailbox. NotSent or Refused when it was not taken."""
        data = self._press.written(letter, to)
        async with self._connection() as connection:
            try:
                await connection.sendmail(self.mail.sender, [to], data)
            except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
                raise _refusal(error) from error

    async def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop()[0].close()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosmtplib.SMTP]:
        async with self._free:
            connection = await self._taken()
            is_whole = False
            try:
                async with asyncio.timeout(SECONDS):
                    yield connection
                is_whole = True
            except Refused:
                is_whole = True
                raise
            except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
                raise NotSent(f"the mail server: {_words(error)}", everybody=True) from error
            finally:
                if is_whole and connection.is_connected:
                    self._idle.append((connection, asyncio.get_running_loop().time()))
                else:
                    connection.close()

    async def _taken(self) -> aiosmtplib.SMTP:
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection, since = self._idle.pop()
            if connection.is_connected and now - since < IDLE_SECONDS:
                return connection
            connection.close()
        mail = self.mail
        made = aiosmtplib.SMTP(
            hostname=mail.host,
            port=mail.port,
            use_tls=mail.security == "tls",
            start_tls=mail.security == "starttls",
            tls_context=self._contexts.of(self._trust) if mail.security != "none" else None,
            username=mail.user.reveal() if mail.user else None,
            password=mail.password.reveal() if mail.password else None,
            local_hostname=mail.sender.rpartition("@")[2],
            timeout=SECONDS,
        )
        try:
            async with asyncio.timeout(SECONDS):
                await made.connect()
        except (TimeoutError, aiosmtplib.SMTPException, OSError, ValueError) as error:
            made.close()
            raise NotSent(f"the mail server: {_words(error)}", everybody=True) from error
        return made


def _refusal(error: aiosmtplib.SMTPException) -> NotSent | Refused:
    """A mailbox that is not there is refused for good; what the server has against us, it has against all."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0
    is_theirs = isinstance(error, (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError))
    if isinstance(error, aiosmtplib.SMTPRecipientRefused) and code in NOBODY_CODES:
        nobody = NOBODY.match(error.message)
        if nobody:
            return Gone(f"the mail server refused it: {code} {nobody[0]}", SURE)
    if code >= 500 and is_theirs:
        return Refused(f"the mail server refused it: {code}")
    return NotSent(f"the mail server answered {code}", everybody=not is_theirs or code == 421)


def _words(error: BaseException) -> str:
    """What went wrong, without what the server wrote: it may repeat what it was told."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{type(error).__name__.removeprefix('SMTP')}, {error.code}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__.removeprefix("SMTP")


def line(text: str, most: int = SUBJECT) -> str:
    """Text as one line of a header: no line can begin in it, whatever it holds."""
    kept = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    kept = kept.encode("utf-8", "replace").decode()
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


class Press:
    """Letters as mails: plain text and HTML. What ten thousand get alike is set once, and the rest put in for each of them."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._set: OrderedDict[tuple[str, str, str, bool], bytes] = OrderedDict()

    def written(self, letter: Letter, to: str) -> bytes:
        """The letter to one mailbox, with the headers by which one leaves (RFC 2369, RFC 8058)."""
        key = (letter.id, letter.language, letter.url, bool(letter.leave))
        found = self._set.get(key)
        if found is None:
            alike = replace(letter, leave=PLACE, manage=PLACE_TOO) if letter.leave else letter
            found = self._set[key] = _set(alike, self._mail)
            if len(self._set) > KEPT:
                self._set.popitem(last=False)
        leave, manage = (quote(each, safe=SAFE) for each in (letter.leave, letter.manage))
        for place, address in ((PLACE, leave), (PLACE_TOO, manage)):
            found = found.replace(place.encode(), _encoded(address))
        return _own_headers(letter, leave, to, self._mail.sender) + found


def _own_headers(letter: Letter, leave: str, to: str, sender: str) -> bytes:
    """What differs, as it is: the library would encode what is long, and nobody could follow it. ``to`` is a checked mailbox."""
    domain = sender.rpartition("@")[2]
    lines = [f"To: {to}", f"Message-ID: <{letter.id}.{sha256(to.encode()).hexdigest()[:16]}@{domain}>"]
    if leave:
        lines.append(f"List-Id: <status.{domain}>")
        lines.append(f"List-Unsubscribe: <{leave}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return "".join(f"{each}\r\n" for each in lines).encode("ascii")


def _encoded(address: str) -> bytes:
    """An address of ASCII in quoted-printable, in short lines that are joined again when it is read."""
    text = address.replace("=", "=3D")
    parts = re.findall(r"(?:=3D|.){1,70}", text)
    return "".join(f"{each}=\r\n" for each in parts).encode("ascii")


def _set(letter: Letter, mail: Mail) -> bytes:
    """All that is alike for everybody who gets the letter in its language."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = line(letter.title)
    made["From"] = Address(line(letter.page, 60), addr_spec=mail.sender)
    made["Date"] = format_datetime(datetime.fromtimestamp(letter.at, UTC))
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["Content-Language"] = letter.language
    if mail.reply_to:
        made["Reply-To"] = Address(addr_spec=mail.reply_to)
    made.set_content(plain(letter), charset="utf-8", cte="quoted-printable")
    made.add_alternative(_html(letter), subtype="html", charset="utf-8", cte="quoted-printable")
    return made.as_bytes()


def plain(letter: Letter) -> str:
    """The letter as plain text."""
    parts = [letter.text, f"{letter.link}: {letter.url}" if letter.link else letter.url]
    if letter.footer:
        parts.append(f"-- \n{letter.footer}")
    for words, address in ((letter.managing, letter.manage), (letter.leaving, letter.leave)):
        if address:
            parts[-1] += f"\n{words}:\n{address}"
    return "\n\n".join(_clean(part) for part in parts if part) + "\n"


def _html(letter: Letter) -> str:
    # Each address begins a line, so that the encoding of the rest never falls into it.
    ways = ((letter.managing, letter.manage), (letter.leaving, letter.leave))
    links = "".join(f'<br><a href=\n"{escape(url)}">{escape(words)}</a>' for words, url in ways if url)
    footer = f"<p><small>{escape(letter.footer)}{links}</small></p>" if letter.footer else ""
    return _clean(
        f'<!doctype html><html lang="{escape(letter.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(line(letter.title))}</title></head><body><h1>{escape(line(letter.title))}</h1>{letter.html}"
        f'<p><a href="{escape(letter.url)}">{escape(letter.link or letter.url)}</a></p>{footer}</body></html>\n'
    )


def _clean(text: str) -> str:
    """Without what no mail can hold; lines end as SMTP wants them when it is written."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return "".join(each for each in kept if each == "\n" or each == "\t" or (each >= " " and each != "\x7f"))
