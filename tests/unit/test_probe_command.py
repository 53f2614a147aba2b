"""``meetlat probe ID`` shows what was said, what was wanted of it, and never a secret."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from running import free_port
from serving import COMMON, Serve, answer, says, serving_aside

from monitor.commands._secrets import without_secrets
from monitor.commands.probe import command
from monitor.probes import sql
from monitor.table import Secret

PAGE = '[page]\nname = "Acme"\nurl = "https://status.acme.example"\n[[component]]\nid = "api"\nname = "API"\n'


def asked(folder: Path, probe: str, name: str = "p") -> Result:
    """What the command printed of a probe."""
    (folder / "meetlat.toml").write_text(f'{PAGE}[[component.probe]]\nid = "p"\n{probe}')
    return CliRunner().invoke(command, [name, "--config", str(folder)])


def echoing(status: str) -> Serve:
    """A server that says back all that it was told."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = (await reader.read(4000)).decode()
        line = " ".join(heard.split())
        writer.write(answer(status, heard, f"X-Heard: {line[:400]}", "Content-Type: text/plain"))
        await writer.drain()

    return serve


HTTP = """kind = "http"
url = "http://localhost:PORT/health?key=in-the-query"
user = "ops"
password = "pass-word"
contains = "GET"
lacks = "nothing"
matches = "h.alth"
expect_headers = { X-Heard = "GET" }
degraded_above = "5s"

  [component.probe.headers]
  X-Key = "top-secret"
"""


def test_a_question_over_http_is_shown_with_its_answer(tmp_path: Path) -> None:
    """Address, request, head of the answer, each assertion, phases, judgement, settings; and nothing that was secret."""
    with serving_aside(echoing("200 OK")) as port:
        found = asked(tmp_path, HTTP.replace("PORT", str(port)))
    assert found.exit_code == 0, found.output
    for line in (
        "p: pass",
        "resolved localhost: 127.0.0.1",
        f"request: GET http://localhost:{port}/health",
        "x-key: ***",
        "authorization: ***",
        "answer: 200,",
        "content-type: text/plain",
        "ok   status = 200 to 299: 200",
        "ok   contains = GET: in ",
        "ok   lacks = nothing: in ",
        "ok   expect_headers X-Heard = GET: GET /health",
        "ok   degraded_above = 5s: ",
        "first byte",
        "judgement: down after 3 failures in a row, up after 2 successes",
        "interval = 1m",
        "headers = { X-Key = *** }",
        "verify = true",
    ):
        assert line in found.output, line
    for secret in ("top-secret", "pass-word", base64.b64encode(b"ops:pass-word").decode(), "in-the-query"):
        assert secret not in found.output, secret
    assert "None" not in found.output


def test_each_assertion_is_looked_at_by_itself(tmp_path: Path) -> None:
    """The verdict names the first that failed; the list names all of them."""
    probe = (
        HTTP.replace('"GET"\nlacks = "nothing"', '"POST"\nlacks = "Host"')
        + '\n  [[component.probe.json_path]]\n  path = "$.a"\n'
    )
    with serving_aside(echoing("503 No")) as port:
        found = asked(tmp_path, probe.replace("PORT", str(port)))
    assert found.exit_code == 1
    assert "p: fail (status) status 503" in found.output
    for line in (
        "not  status = 200 to 299: 503",
        "not  contains = POST: the body lacks the text",
        "ok   matches = h.alth: in ",
        "not  json_path { path = $.a, exists = true }: the body is not JSON",
    ):
        assert line in found.output, line


def test_redirects_and_steps_are_shown_one_by_one(tmp_path: Path) -> None:
    """Each with its place; what is wanted of a step is said of its last answer."""
    steps = """kind = "steps"
[[component.probe.step]]
url = "http://127.0.0.1:PORT/first"
[[component.probe.step]]
name = "login"
url = "http://127.0.0.1:PORT/second"
contains = "absent"
"""
    with serving_aside(echoing("200 OK")) as port:
        found = asked(tmp_path, steps.replace("PORT", str(port)))
    assert f"request in step 1: GET http://127.0.0.1:{port}/first" in found.output
    assert f"request in step 2 (login): GET http://127.0.0.1:{port}/second" in found.output
    assert "not  contains = absent in step 2 (login): the body lacks the text" in found.output
    assert "ok   status = 200 to 299 in step 1: 200" in found.output
    moved = says(answer("302 Found", "", "Location: /elsewhere?token=abc"))
    with serving_aside(moved) as port:
        found = asked(tmp_path, f'kind = "http"\nurl = "http://127.0.0.1:{port}/"\n')
    assert found.output.count("answer: 302") == 6
    assert "location: /elsewhere" in found.output
    assert "token=abc" not in found.output


def test_other_kinds_say_how_far_they_came(tmp_path: Path) -> None:
    """A port that is open, one that is not, and a target that writes control characters."""
    with serving_aside(says(b"220 \x1b[31m ready\r\n")) as port:
        found = asked(
            tmp_path, f'kind = "tcp"\nhost = "127.0.0.1"\nport = {port}\nsend = "hello-secret"\nexpect = "ready"\n'
        )
    assert found.exit_code == 0, found.output
    assert f"connected to port {port}" in found.output
    assert "heard: 220 �[31m ready" in found.output
    assert "hello-secret" not in found.output
    closed = free_port()
    found = asked(tmp_path, f'kind = "tcp"\nhost = "127.0.0.1"\nport = {closed}\n')
    assert found.exit_code == 1
    assert "p: fail (connect)" in found.output
    assert "resolved 127.0.0.1: 127.0.0.1" in found.output
    with serving_aside(says(answer("200 OK", "", "Content-Type: a\x1b[31mb"))) as port:
        found = asked(tmp_path, f'kind = "http"\nurl = "http://127.0.0.1:{port}/"\n')
    assert all(line.isprintable() for line in found.output.splitlines())


def test_what_was_heard_is_shown_without_secrets(tmp_path: Path) -> None:
    """Its beginning; that nothing came; and how a program ended."""
    with serving_aside(echoing("200 OK")) as port:
        probe = f'kind = "tcp"\nhost = "127.0.0.1"\nport = {port}\nsend = "hello-secret\\n"\nexpect = "bye"\ntimeout = "1s"\n'
        found = asked(tmp_path, probe)
    assert "heard: HTTP/1.1 200 OK / " in found.output
    assert "hello-secret" not in found.output
    with serving_aside(says(b"")) as port:
        found = asked(tmp_path, f'kind = "ssh"\nhost = "127.0.0.1"\nport = {port}\ntimeout = "1s"\n')
    assert "heard nothing" in found.output
    allowed = '[probes]\ncommands = ["/bin/false"]\n'
    found = asked(tmp_path, f'kind = "command"\nprogram = "/bin/false"\n{allowed}')
    assert "p: degraded (body) a warning" in found.output
    assert "ended with exit code 1" in found.output


def test_a_database_is_shown_without_its_password(tmp_path: Path) -> None:
    """Its whole address is a secret; of it the host, the port and the name are shown."""
    closed = free_port()
    probe = f'kind = "sql"\nurl = "postgresql://probe:pass%2Dword@127.0.0.1:{closed}/orders?sslkey=/in/the/query"\n'
    found = asked(tmp_path, probe)
    assert found.exit_code == 1, found.output
    assert "p: fail (connect)" in found.output
    assert f"url = postgresql://127.0.0.1:{closed}/orders" in found.output
    for secret in ("pass%2Dword", "pass-word", "/in/the/query"):
        assert secret not in found.output, secret


def test_a_driver_that_repeats_the_address_tells_no_password() -> None:
    """As it is written there, and as it is meant."""
    probe = sql.Settings(**COMMON, url=Secret("", "postgresql://ops:pass%2Dword@db.example/orders"))
    lines = ["no entry with pass%2Dword", "no entry with pass-word", "no entry at db.example"]
    assert without_secrets(lines, probe) == ["no entry with ***", "no entry with ***", "no entry at db.example"]


def test_the_secret_within_a_header_is_hidden_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target may say back the key alone, without the word before it."""
    monkeypatch.setenv("KEY", "k-e-y-k-e-y")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = (await reader.readuntil(b"\r\n\r\n")).decode()
        writer.write(answer("200 OK", "", f"X-Said: {heard.partition('Bearer ')[2].splitlines()[0]}"))
        await writer.drain()

    with serving_aside(serve) as port:
        head = 'headers = { Authorization = "Bearer ${KEY}" }'
        found = asked(tmp_path, f'kind = "http"\nurl = "http://127.0.0.1:{port}/"\n{head}\n')
    assert "x-said: ***" in found.output
    assert "k-e-y" not in found.output


def test_a_place_is_shown_as_it_is_written(tmp_path: Path) -> None:
    """A path stays a path; what stands in a query is not shown."""
    with serving_aside(says(answer("302 Found", "", "Location: /in?key=abcdef"))) as port:
        found = asked(tmp_path, f'kind = "http"\nurl = "http://127.0.0.1:{port}/"\nlocation = "/in?key=abcdef"\n')
    assert found.exit_code == 0, found.output
    assert "ok   location = /in: /in" in found.output
    assert "abcdef" not in found.output.partition("settings:")[0]


@pytest.mark.parametrize(("name", "said"), [("q", "there are: p"), ("pp", "did you mean 'p'")])
def test_an_unknown_probe_is_refused(tmp_path: Path, name: str, said: str) -> None:
    """With the nearest one, or all there are."""
    found = asked(tmp_path, 'kind = "tcp"\nhost = "127.0.0.1"\nport = 1\n', name)
    assert found.exit_code == 2
    assert said in found.output
