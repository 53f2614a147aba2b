"""Words that attack, wherever an operator or a colleague can write some, come out as they were written on every page and feed."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import html5lib
import pytest
from drawn import START, observations, watch
from shown import configured

from monitor.clock import Clock
from monitor.config import load
from monitor.incidents.event import Event, Said
from monitor.judge import judge, rewatch
from monitor.store import open_desk, open_reader, open_record
from monitor.timeline.record import Batch
from statuspage import export
from statuspage.headers import REPEATED

WORDS = [
    "{{7*7}}",
    "{{config}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}",
    "{#secret#}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "%(name)s %s %d {0} {name}",
    "${SECRET_KEY}",
    "$HOME $(id) `id`",
    "%0d%0aSet-Cookie: a=b",
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "![x](data:text/html,<script>alert(1)</script>)",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--<img src=--><img src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3C;script&#x3E;",
    "'; DROP TABLE observations; --",
    "../../../../etc/passwd",
    "<style>*{background:url(//evil.example)}</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><input name=x>",
]
OWN = re.compile(r"/static/meetlat\.js\?v=\w+")


def written(text: str) -> str:
    """As TOML writes it."""
    return json.dumps(text)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[export.File]:
    """Every file of a site on which each of the words is the name, the description and the group of a component, and was told."""
    folder = tmp_path_factory.mktemp("hostile")
    configured(folder)
    parts = [
        (
            f'[page]\nname = {written(WORDS[13])}\nurl = "https://status.acme.example"\nlanguages = ["en", "nl"]\n'
            f'links = [{{ name = {written(WORDS[14])}, url = "https://acme.example/" }}]\n'
        )
    ]
    for n, words in enumerate(WORDS):
        spoken = written(words)
        parts.append(
            f'[[component]]\nid = "c{n}"\nname = {spoken}\ndescription = {spoken}\ngroup = {spoken}\n'
            f'[[component.probe]]\nid = "p{n}"\nkind = "tcp"\nhost = "127.0.0.1"\nport = 9\n'
        )
    (folder / "meetlat.toml").write_text("".join(parts))
    terms = folder / "agreements/acme.toml"
    terms.write_text(
        terms.read_text()
        .replace('of = "api"', 'of = "c0"')
        .replace('"Acme service level agreement"', written(WORDS[11]))
    )
    config = load(folder, {"MEETLAT_STATE": str(folder / "state"), "SECRET_KEY": "hush", "HOME": "hush"})
    url = config.storage.url.reveal()
    record = open_record(url, Clock())
    record.watch([watch(f"p{n}", f"c{n}") for n in range(len(WORDS))], START)
    stands = rewatch(record.standing(START), record.watches(), START).standing
    known = {each.probe: each for each in record.watches()}
    seen = [each for n in range(len(WORDS)) for each in observations("..ccc....", f"p{n}")]
    turn = judge(stands, [(each, known[each.probe]) for each in seen], START + 600)
    record.append(Batch(START + 600, tuple(seen), turn.redraws, turn.foldings, turn.notices))
    record.close()
    desk = open_desk(url, Clock())
    for n, words in enumerate(WORDS):
        said = Said({"en": words, "nl": words}, "minor", None, {f"c{n}": "degraded"}, START + n)
        desk.tell(Event("incident", f"i{n}", 1, START + n, words, "investigating", {"en": words, "nl": words}, said))
    desk.close()
    return export.files(config, lambda unseen: open_reader(url, unseen, still=True))


def test_no_page_runs_or_loads_what_somebody_wrote(files: list[export.File]) -> None:
    """No script but ours, no handler, no frame, no form, no style, and no address but of the web, of mail and of the site."""
    pages = [each for each in files if each.kind.startswith("text/html")]
    assert len(pages) > 2 * len(WORDS)
    for page in pages:
        document = html5lib.parse(page.body, namespaceHTMLElements=False)
        equivalents = []
        for element in document.iter():
            name = str(element.tag).rpartition("}")[2]  # the tag of a comment is a function
            assert name not in ("iframe", "form", "input", "base", "style", "object", "embed", "math"), (
                page.path,
                name,
            )
            assert name != "script" or OWN.fullmatch(element.get("src") or ""), page.path
            if element.get("http-equiv") is not None:
                equivalents.append((name, element.get("http-equiv"), element.get("content")))
            for key, value in element.attrib.items():
                assert not str(key).startswith("on"), (page.path, key)
                if key in ("href", "src"):
                    assert re.match(r"(https?:|webcal:|mailto:|/|#|\?)", value), (page.path, value)
                    assert "evil.example" not in value or name == "a", (page.path, value)
        assert equivalents == [("meta", "Content-Security-Policy", REPEATED)], page.path
        assert document[0][1].get("content") == REPEATED, "it stands ahead of all that could load anything"


def test_what_was_written_is_read(files: list[export.File]) -> None:
    """On the overview each name stands as it was written: nothing is computed, filled in or left out."""
    (page,) = [each for each in files if each.path == "index.html"]
    document = html5lib.parse(page.body, namespaceHTMLElements=False)
    names = ["".join(each.itertext()) for each in document.iter("h3")]
    for words in WORDS:
        assert any(words in name for name in names), words
    assert b"hush" not in b"".join(each.body for each in files)


def test_feeds_badges_and_documents_hold_it_literally(files: list[export.File]) -> None:
    """Strict parsers read them all, and find the names in them; a badge runs nothing."""
    found = {each.path: each for each in files}
    for file in files:
        if file.path.endswith((".rss", ".atom", ".svg")):
            root = ElementTree.fromstring(file.body)
            if file.path.endswith(".svg") and "badge" in file.path:
                assert not [
                    each for each in root.iter() if each.tag.endswith(("script", "foreignObject", "a", "image"))
                ]
        elif file.path.endswith(".json"):
            json.loads(file.body)
    names = [each["name"] for each in json.loads(found["api/v2/summary.json"].body)["components"]]
    assert set(WORDS) <= set(names)
    told = json.loads(found["api/v2/incidents.json"].body)["incidents"]
    assert {each["name"] for each in told} & set(WORDS)
