"""Does a name server answer, and with the right records? The door to dnspython, which writes and reads the messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, ClassVar

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from monitor.http_client import Question
from monitor.probes import Check, Course, Probe, Tools
from monitor.probes._dial import server_name
from monitor.probes._fetch import fetch
from monitor.probes._packets import answered, resolved
from monitor.probes._web import Days, blocked
from monitor.reach import NoAnswerError, fault_of, reach
from monitor.resolver import UnresolvableError
from monitor.table import Secret
from monitor.timeline.model import Reason, Verdict
from monitor.trust import DAY, Trust, end_of
from monitor.values import host, one_of, port, words
from monitor.wire import Wire, connect, hang_up

TYPES = (
    "A", "AAAA", "CAA", "CNAME", "DNSKEY", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SRV", "SSHFP", "SVCB", "TLSA", "TXT",
)  # fmt: skip
PORTS = {"udp": 53, "tcp": 53, "tls": 853, "https": 443}
FORM = "application/dns-message"
RESOLV = Path("/etc/resolv.conf")
PAYLOAD = 1232
Said = tuple[dns.message.Message, int | None]  # the answer, and when the certificate of who gave it ends
Unread = (dns.exception.DNSException, ValueError)


def _domain(value: object) -> str:
    """A domain name, such as ``example.org`` or ``_sip._tcp.example.org``."""
    with suppress(*Unread):
        if isinstance(value, str) and value:
            return str(dns.name.from_text(value))
    raise ValueError("allowed is a domain name")


def _path(value: object) -> str:
    """The path of an address, such as ``/dns-query``."""
    if not isinstance(value, str) or not re.fullmatch(r"/[\w./~-]*", value, re.ASCII):
        raise ValueError("allowed is a path that begins with /")
    return value


@dataclass(frozen=True, kw_only=True)
class Settings(Probe):
    """The records of ``type`` of ``name`` are asked of ``server`` at ``port``. A pass is an answer that holds one.

    Each of ``expect`` must be among them, written as in a zone file (``"10 mail.example.org."``); with ``exact = true`` there
    must be no others. ``absent = true`` asks for the opposite: a pass is the answer that there is none. ``transport`` is udp,
    which turns to TCP for an answer that is cut, tcp, tls (RFC 7858), or https (RFC 8484), which asks at ``path``. Their ports are
    53, 853 and 443 unless ``port`` says otherwise; ``ca`` holds the only issuers that are believed, in PEM. ``recursive = false``
    asks for what the server itself knows. ``certificate_days`` is about TLS. With ``dnssec = true`` the server must say that it
    validated the answer.

    Without ``server`` the name server of this machine is asked; then only its clear answer can be a failure, for its silence is
    our own trouble. The silence of a ``server`` is its own.
    """

    name: Annotated[str, _domain]
    type: Annotated[str, one_of(*TYPES)] = "A"
    server: Annotated[str, host] | None = None
    port: Annotated[int, port] | None = None
    expect: tuple[Annotated[str, words], ...] = ()
    exact: bool = False
    absent: bool = False
    transport: Annotated[str, one_of(*PORTS)] = "udp"
    path: Annotated[str, _path] = "/dns-query"
    ca: Secret | None = None
    recursive: bool = True
    dnssec: bool = False
    certificate_days: Days | None = None

    asserted: ClassVar[tuple[str, ...]] = (
        "verify", "answer", "NOERROR or NXDOMAIN", "dnssec", "absent", "a record", "expect", "exact", "certificate_days",
    )  # fmt: skip

    def __post_init__(self) -> None:
        if self.transport in ("tls", "https") and not self.server:
            raise ValueError(f'transport = "{self.transport}" needs server')
        if self.certificate_days and self.transport not in ("tls", "https"):
            raise ValueError('certificate_days needs transport = "tls" or "https"')
        if self.ca and self.transport not in ("tls", "https"):
            raise ValueError('ca needs transport = "tls" or "https"')
        if self.ca:
            try:
                self.trust().context()
            except ValueError as error:
                raise ValueError(f"ca {error}") from None
        if self.exact and not self.expect:
            raise ValueError("exact needs expect")
        if self.absent and self.expect:
            raise ValueError("allowed is one of: absent, expect")
        try:
            self.wanted()
        except Unread:
            raise ValueError(f"expect holds what is no record of type {self.type}") from None

    def assertions(self) -> tuple[str, ...]:
        """A record among them, unless there must be none; and a certificate that is believed where there is one."""
        left = {"a record"} if self.absent else set()
        left |= set() if self.transport in ("tls", "https") else {"verify"}
        return tuple(key for key in super().assertions() if key not in left)

    def target(self) -> str:
        """What is asked of whom."""
        return f"{self.type} {self.name} of {self.server or 'the name server of this machine'}"

    @property
    def at(self) -> int:
        """The port that is asked."""
        return self.port or PORTS[self.transport]

    def trust(self) -> Trust:
        """Whom to believe."""
        return Trust(self.ca.reveal() if self.ca else None)

    def wanted(self) -> frozenset[str]:
        """The expected records, each written in the one way."""
        return frozenset(_record(self.type, each) for each in self.expect)


def _record(kind: str, text: str) -> str:
    made = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(kind), text, dns.name.root, relativize=False)
    return made.to_text().lower() if kind not in ("TXT", "CAA") else made.to_text()


async def ask(probe: Settings, tools: Tools, course: Course) -> Verdict:
    """Ask, and compare."""
    query = dns.message.make_query(probe.name, probe.type, use_edns=0, payload=PAYLOAD)
    if not probe.recursive:
        query.flags &= ~dns.flags.RD
    if probe.dnssec:
        query.flags |= dns.flags.AD  # that is how it is asked for (RFC 6840, 5.7)
    try:
        with course.look("answer"):
            answer, end = (
                await _over_https(probe, query, tools, course)
                if probe.transport == "https"
                else await _answer(probe, query, tools, course)
            )
    except NoAnswerError as failure:
        if probe.server:
            raise
        raise UnresolvableError(failure.evidence) from failure
    if isinstance(answer, Verdict):
        return answer
    course.note(lambda: f"answer: {dns.rcode.to_text(answer.rcode())}, {_records(answer)}")
    return course.judged(_checks(probe, answer, end, tools.clock.now())) or Verdict.passed()


def _records(answer: dns.message.Message) -> str:
    return "; ".join(each for rrset in answer.answer for each in rrset.to_text().splitlines()) or "no record"


def _own_servers() -> Sequence[str]:
    try:
        lines = RESOLV.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    found = [line.split()[1] for line in lines if line.startswith("nameserver ") and "%" not in line]
    return tuple(found[:3]) or ("127.0.0.1",)


def _taken(query: dns.message.Message, said: bytes) -> dns.message.Message | None:
    """The answer to our question; None for what cannot be read, and for what answers another."""
    with suppress(*Unread):
        found = dns.message.from_wire(said, ignore_trailing=True, raise_on_truncation=False)
        return found if query.is_response(found) else None
    return None


async def _answer(probe: Settings, query: dns.message.Message, tools: Tools, course: Course) -> Said:
    # Without a server the phase stays "dns": when it is too late, it is our name server that did not answer.
    addresses = await resolved(probe.server, tools, course) if probe.server else _own_servers()
    sent = query.to_wire()
    if probe.transport == "udp":
        found = await answered(addresses, probe.at, lambda: sent, partial(_taken, query), tools, course)
        if not found.flags & dns.flags.TC:
            return found, None
    begun = tools.clock.ticks_us()
    try:
        wire = await reach(addresses, lambda address: connect(address, probe.at), hang_up)
    except OSError as error:
        raise fault_of(error) or NoAnswerError("internal", error.strerror or type(error).__name__) from error
    end = None
    try:
        if probe.transport == "tls":
            await _secure(wire, probe, tools, course)
            end = end_of(wire.tls.getpeercert()) if wire.tls else None
        wire.send(len(sent).to_bytes(2, "big") + sent)
        taken = _taken(query, await wire.exactly(int.from_bytes(await wire.exactly(2), "big")))
    finally:
        await hang_up(wire)
    course.first_byte_us = tools.clock.ticks_us() - begun
    return _understood(taken), end


async def _secure(wire: Wire, probe: Settings, tools: Tools, course: Course) -> None:
    begun = tools.clock.ticks_us()
    course.phase = "TLS handshake"
    await wire.start_tls(tools.contexts.of(probe.trust()), server_name(probe.server or ""))
    course.tls_us, course.phase = tools.clock.ticks_us() - begun, "answer"


async def _over_https(
    probe: Settings, query: dns.message.Message, tools: Tools, course: Course
) -> Said | tuple[Verdict, None]:
    """The answer, or what to say when a guard in front of the server held us up."""
    query.id = 0  # so that a cache may know it again (RFC 8484, 4.1)
    server = f"[{probe.server}]" if ":" in str(probe.server) else probe.server
    asked = Question(
        f"https://{server}:{probe.at}{probe.path}",
        "POST",
        {"accept": FORM, "content-type": FORM},
        query.to_wire(),
        trust=probe.trust(),
    )
    answer = await fetch(asked, tools, course, hops=0)
    if held := blocked(answer):
        return held, None
    if answer.status != 200:
        raise NoAnswerError("status", f"status {answer.status}")
    if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise NoAnswerError("protocol", "an answer of HTTP, but not of DNS")
    return _understood(_taken(query, answer.body)), answer.certificate_end


def _understood(taken: dns.message.Message | None) -> dns.message.Message:
    if taken is None:
        raise NoAnswerError("protocol", "not an answer to the question")
    return taken


def _checks(probe: Settings, answer: dns.message.Message, end: int | None, now: int) -> Iterator[Check]:
    yield from _records_wanted(probe, answer)
    if probe.certificate_days and end is not None:
        yield Check("certificate_days", probe.certificate_days.verdict(end, now), f"{(end - now) // DAY} days left")


def _records_wanted(probe: Settings, answer: dns.message.Message) -> Iterator[Check]:
    code = answer.rcode()
    said = "no such name" if code == dns.rcode.NXDOMAIN else f"the server says {dns.rcode.to_text(code)}"
    wrong = None
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        wrong = Verdict.failed(Reason.DNS, said) if probe.server else Verdict.unknown(Reason.RESOLVER, said)
    yield Check("NOERROR or NXDOMAIN", wrong, dns.rcode.to_text(code))
    if probe.dnssec:
        is_good = bool(answer.flags & dns.flags.AD)
        wrong = None if is_good else Verdict.failed(Reason.BODY, "the server did not validate the answer")
        yield Check("dnssec", wrong, f"AD {'set' if is_good else 'not set'}")
    kind = dns.rdatatype.from_text(probe.type)
    texts = [each.to_text() for rrset in answer.answer if rrset.rdtype == kind for each in rrset]
    found = {text if probe.type in ("TXT", "CAA") else text.lower() for text in texts}
    shown = f"{len(found)} of type {probe.type}"
    if probe.absent:
        wrong = Verdict.failed(Reason.BODY, "there are records, where none were wanted") if found else None
        yield Check("absent", wrong, shown)
        return
    is_there = bool(found)
    none = Verdict.failed(Reason.DNS, said if code else f"no record of type {probe.type}")
    yield Check("a record", None if is_there else none, shown)
    yield from _compared(probe, probe.wanted(), found)


def _compared(probe: Settings, wanted: frozenset[str], found: set[str]) -> Iterator[Check]:
    if wanted:
        lacking, many = wanted - found, f"{len(wanted & found)} of {len(wanted)} found"
        told = f"{len(lacking)} of {len(wanted)} expected records are missing"
        yield Check("expect", Verdict.failed(Reason.BODY, told) if lacking else None, many)
    if probe.exact:
        more = found - wanted
        told = f"{len(more)} records that were not expected"
        yield Check("exact", Verdict.failed(Reason.BODY, told) if more else None, f"{len(more)} others")
