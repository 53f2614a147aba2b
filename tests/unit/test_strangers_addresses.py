"""Whatever a stranger names as a webhook, no connection is made to an address that is not public: counted at the socket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count

import aiodns
import dns.message
import dns.rdatatype
import dns.rrset
import pytest
from connecting import connections
from listened import Packets
from serving import says, serving, serving_packets

from monitor import channels, kinds
from monitor.channels import Letter, NotSent, Refused, Tools, open_tools
from monitor.clock import Clock
from monitor.table import Secret
from monitor.telling.receiver import address_of
from monitor.values import network

INSIDE_4 = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
]
INSIDE_6 = [
    "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "fd00:ec2::254", "2001:db8::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]  # fmt: skip
PUBLIC = "8.8.8.8"
WAYS = ("webhook", "slack", "teams")


def spellings(address: str) -> list[str]:
    """One IPv4 address as programs of this world write it in the place of a name."""
    a, b, c, d = (int(each) for each in address.split("."))
    whole = (a << 24) | (b << 16) | (c << 8) | d
    wide = address.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    return [
        address, f"{address}.", str(whole), hex(whole), f"0{whole:o}", f"0x{a:x}.{(b << 16) | (c << 8) | d}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a}.{b}.{(c << 8) | d}", f"%{ord(address[0]):x}{address[1:]}", wide,
    ]  # fmt: skip


HOSTS = [each for address in INSIDE_4 for each in spellings(address)] + [f"[{each}]" for each in INSIDE_6]
URLS = [
    *(f"https://{each}/hook" for each in HOSTS),
    *(f"http://{each}:8080/" for each in HOSTS),
    *(
        words.format(host=each)
        for each in ("127.0.0.1", "169.254.169.254", "[::1]")
        for words in (
            "https://public.test@{host}/", "https://{host}\\@public.test/", "https://{host}#@public.test/",
            "https://public.test:x@{host}/", "https://{host}?.public.test/", "HTTPS://{host}/", "https:{host}/",
            "https:///{host}/", " https://{host}/", "https://{host}\t/", "//{host}/", "https://{host}:443:80/",
        )
    ),
]  # fmt: skip
NAMES = {f"inside-{n}.test": address for n, address in enumerate([*INSIDE_4, *INSIDE_6])}


def name_server() -> Packets:
    """Says that a name is an address inside: itself, by an alias, beside a public address, or from the second time on. Of what is
    no name of ours it says what whoever reads it as an address would.
    """
    rebound = count()

    def addresses(key: str) -> list[str]:
        start, _, rest = key.partition(".")
        if start == "rebinding":
            return [PUBLIC] if next(rebound) == 0 else [NAMES[rest]]
        if start == "both":
            return [PUBLIC, NAMES[rest]]
        return [PUBLIC if key == "public.test" else NAMES.get(key, "127.0.0.1")]

    def answer(packet: bytes) -> list[bytes]:
        question = dns.message.from_wire(packet)
        name, kind = question.question[0].name, dns.rdatatype.to_text(question.question[0].rdtype)
        said, key = dns.message.make_response(question), str(name).rstrip(".")
        if key.startswith("alias."):
            said.answer.append(dns.rrset.from_text(name, 0, "IN", "CNAME", f"{key[6:]}."))
            name, key = dns.name.from_text(key[6:]), key[6:]
        if kind == "A" or not key.startswith("rebinding."):
            found = [each for each in addresses(key) if (":" in each) == (kind == "AAAA")]
            if found:
                said.answer.append(dns.rrset.from_text(name, 0, "IN", kind, *found))
        return [said.to_wire()]

    return answer


async def told(tools: Tools, way: str, url: str) -> str:
    """What came of telling a stranger at that address."""
    letter = Letter(
        "a" * 32, 0, "en", "Acme", "acme.example", "Title", "Text", "<p>Text</p>", "https://acme.example/", "", {}
    )
    kind = kinds.load(channels, way)
    try:
        await kind.send(kind.Settings(url=Secret("", url), is_strangers=True), tools, letter)
    except (NotSent, Refused, ValueError) as error:
        return str(error)
    return "told"


async def tell_all(urls: Sequence[str], way: str, reach: Sequence[str] = ()) -> list[str]:
    """Tell each, with a name server of ours, and nothing that is remembered of the one before."""
    async with (
        serving_packets(name_server()) as port,
        open_tools(Clock(), None, tuple(network(each) for each in reach)) as tools,
    ):
        tools.resolver._resolver = aiodns.DNSResolver(["127.0.0.1"], udp_port=port, timeout=0.5, tries=1)
        said = []
        for url in urls:
            tools.resolver._kept.clear()
            said.append(await told(tools, way, url))
        return said


def test_what_is_tried_is_seen() -> None:
    """Or all the rest would prove nothing: a public address is tried once, and the test keeps it from being reached."""
    with connections() as tried:
        said = asyncio.run(tell_all(["https://public.test/", f"https://{PUBLIC}/"], "webhook"))
    assert tried == [(PUBLIC, 443)] * 2
    assert set(said) == {"network: Network is unreachable"}


@pytest.mark.parametrize("way", WAYS)
def test_no_address_inside_is_connected_to(way: str) -> None:
    """Two hundred addresses, in each spelling that anybody reads as one: not one connection, by none of the ways."""
    assert len(URLS) > 200
    with connections() as tried:
        said = asyncio.run(tell_all(URLS, way))
    assert {address for address, _ in tried} <= {PUBLIC}, "what is public in such an address is another name"
    assert "told" not in said


@pytest.mark.parametrize("way", WAYS)
def test_no_name_leads_inside(way: str) -> None:
    """Nor does one that is an alias of another, nor one with a public address beside it."""
    urls = [f"https://{start}{name}/" for name in NAMES for start in ("", "alias.", "both.")]
    with connections() as tried:
        said = asyncio.run(tell_all(urls, way))
    assert tried == []
    assert set(said) <= {"its address is not public", "its address may not be asked"}


def test_a_name_that_changes_its_mind_leads_nowhere() -> None:
    """It was public when it was looked at, and the connection goes there; when it leads inside the next time, nobody goes."""
    with connections() as tried:
        said = asyncio.run(tell_all(["https://rebinding.inside-0.test/"] * 3, "webhook"))
    assert tried == [(PUBLIC, 443)]
    assert said[1:] == ["its address is not public"] * 2


@pytest.mark.parametrize("way", WAYS)
def test_no_redirect_is_followed(way: str) -> None:
    """Whoever was reached and sends us inside has answered, and that was no yes."""

    async def ask(place: str) -> tuple[list[str], int]:
        words = f"HTTP/1.1 307 Go\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()
        async with serving(says(words)) as port:
            return await tell_all([f"http://127.0.0.1:{port}/"], way, ["127.0.0.1/32"]), port

    for place in (
        "http://10.1.2.3/",
        "http://169.254.169.254/latest",
        "http://[::1]:8080/",
        "//inside-1.test/",
        "file:///etc/passwd",
    ):
        with connections() as tried:
            said, port = asyncio.run(ask(place))
        assert tried == [("127.0.0.1", port)]
        assert set(said) == {"status 307"}


@pytest.mark.parametrize("way", WAYS)
def test_only_the_web_is_an_address(way: str) -> None:
    """No other scheme, however it is written, is taken by the form."""
    for url in [
        "file:///etc/passwd", "FILE:///etc/passwd", " file:///etc/passwd", "source:file:///etc/passwd", "gopher://x/", "ftp://x.test/",
        "javascript:alert(1)", "data:text/plain,x", "ht\ttps://x.test/", "https\n://x.test/", "%68ttps://x.test/", "dict://x.test/",
        "unix:///run/x", "https://x.test/\r\nX: y", "ws://x.test/", "https:\\\\x.test/", "http+unix://x/", "ldap://x.test/", "jar:http://x/!/",
        "https://me:secret@x.test/", "https://x.test/#here", "https://", "https:///x", "x.test", "", "http://x.test/",
    ]:  # fmt: skip
        with pytest.raises(ValueError, match="allowed"):
            address_of(way, url)
    assert address_of(way, "https://x.test/hook") == "https://x.test/hook"
