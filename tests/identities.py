"""A provider of identities on loopback: it lets in whoever comes, and signs what a test wants it to sign."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT, SECRET = "meetlat", "s3cret:of/ours"
TABLE = '[admin.oidc]\nissuer = "{issuer}"\nclient_id = "meetlat"\nclient_secret = "s3cret:of/ours"\nname = "Acme ID"\n'
RSA, OTHER, CURVE = (
    rsa.generate_private_key(65537, 2048),
    rsa.generate_private_key(65537, 2048),
    ec.generate_private_key(ec.SECP256R1()),
)
PUBLIC = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@dataclass
class Provider:
    """What it says. ``claims`` change what it signs, ``sign`` how; ``told`` changes what it says of itself; ``slow`` in seconds."""

    port: int = 0
    subject: str = "248289761001"
    claims: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    keys: list[dict[str, Any]] = field(default_factory=list)
    padding: int = 0
    slow: float = 0.0
    now: Callable[[], int] = lambda: int(time.time())
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """Its name."""
        return f"http://127.0.0.1:{self.port}"

    def itself(self) -> dict[str, Any]:
        """Its discovery document."""
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return found | self.told | ({"padding": "x" * self.padding} if self.padding else {})

    def signed(self, nonce: str) -> str:
        """The token for whoever asked with this nonce."""
        now = self.now()
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.sign(claims) if self.sign else jwt.encode(claims, RSA, "RS256", {"kid": "one"})

    def exchanged(self, authorization: str, sent: dict[str, str]) -> dict[str, Any] | None:
        """What a code is worth, once, to whoever has the secret and the verifier."""
        asked = self.codes.pop(sent.get("code", ""), None)
        basic = base64.b64encode(b"meetlat:s3cret%3Aof%2Fours").decode()
        is_us = authorization == f"Basic {basic}" or sent.get("client_secret") == SECRET
        made = (
            base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
            .decode()
            .rstrip("=")
        )
        if not asked or not is_us or made != asked["code_challenge"] or sent["redirect_uri"] != asked["redirect_uri"]:
            return None
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self.signed(asked["nonce"])}


def published(private: Any, name: str, **more: str) -> dict[str, Any]:
    """The public half of a key, as a provider publishes it."""
    of = ECAlgorithm if isinstance(private, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    found: dict[str, Any] = json.loads(of.to_jwk(private.public_key()))
    return found | {"kid": name, "use": "sig"} | more


@contextmanager
def provider() -> Iterator[Provider]:
    """A running one."""
    found = Provider(keys=[published(RSA, "one")])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            found.asked.append(parts.path)
            time.sleep(found.slow)
            if parts.path == "/.well-known/openid-configuration":
                self._say(found.itself())
            elif parts.path == "/keys":
                self._say({"keys": found.keys})
            else:
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                code = hashlib.sha256(self.path.encode()).hexdigest()
                found.codes[code] = asked
                self.send_response(302)
                self.send_header(
                    "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
                )
                self.end_headers()

        def do_POST(self) -> None:
            found.asked.append(self.path)
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            answer = found.exchanged(
                self.headers.get("Authorization", ""), {name: values[0] for name, values in sent.items()}
            )
            self._say(answer or {"error": "invalid_grant"}, 200 if answer else 400)

        def _say(self, document: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
