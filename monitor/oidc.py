"""Logging in with a provider of identities: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636). The door to PyJWT, an extra.

Nothing is believed but what the provider signed for us, now, in answer to what this very browser began. Who somebody is here is
said by operators alone: the provider's ``sub`` is linked to one of them by command.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import importlib.util
import json
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlencode, urlsplit

from monitor.clock import Clock
from monitor.http_client import HttpClient, Question, Timings
from monitor.people.pending import Pending
from monitor.reach import NoAnswerError
from monitor.resolver import DeniedError, NoSuchNameError, Resolver, UnresolvableError
from monitor.table import Secret
from monitor.trust import Contexts
from monitor.values import web_address

if TYPE_CHECKING:
    from jwt import PyJWK

FAMILIES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}  # what is believed: never none, and none of a shared secret
SECONDS = 10.0  # for one answer of the provider
LIMIT = 256 << 10
LEEWAY = 60  # seconds by which clocks may differ
KEPT_MS = 15 * 60_000  # for which what the provider publishes of itself is believed
TRIES_MS = 10_000  # how soon we ask again after nothing came, or for a key that is not known
AT_ONCE = 2  # so that a provider that hangs leaves threads for the others
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ProviderError(Exception):
    """The provider did not say who it is; the text says why, for the operators' journal, and holds no secret."""


class CrowdError(ProviderError):
    """We ask too much at once, which is no fault of the provider's."""


def issuer(value: object) -> str:
    """The address that a provider has as its name. ValueError for one that is asked in the clear, other than on this machine."""
    parts = urlsplit(web_address(value))
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("allowed is an https address")
    if parts.query or parts.fragment:
        raise ValueError("it has no query and no fragment")
    return str(value)


@dataclass(frozen=True)
class Provider:
    """Who else may say who an operator is: its ``issuer``, as what we are known there, and the ``name`` that its button bears. Its
    redirect address for us is ``/login/oidc/back`` of the admin. It needs meetlat[oidc].
    """

    issuer: Annotated[str, issuer]
    client_id: str
    client_secret: Secret
    name: str = "single sign-on"

    def __post_init__(self) -> None:
        if importlib.util.find_spec("jwt") is None or importlib.util.find_spec("cryptography") is None:
            raise ValueError(
                "needs the packages pyjwt and cryptography, which are not installed; they come with meetlat[oidc]"
            )


@dataclass
class Oidc:
    """One provider, over the time that a configuration is in force. Safe to use from several threads."""

    provider: Provider
    clock: Clock
    back: str
    _known: tuple[int, dict[str, Any], dict[str, Any]] | None = None
    _failed_ms: int | None = None
    _free: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def question(self, pending: Pending) -> str:
        """The address at the provider where somebody logs in. ProviderError when it cannot be learned."""
        told, _ = self._published()
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": self.back,
            "scope": "openid",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pending.challenge,
            "code_challenge_method": "S256",
        }
        address = self._its(told, "authorization_endpoint")
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def subject(self, code: str, pending: Pending) -> str:
        """Who the provider says it is that came back with this code. ProviderError when it does not."""
        told, _ = self._published()
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": pending.verifier,
        }
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        secret, ways = self.provider.client_secret.reveal(), told.get("token_endpoint_auth_methods_supported")
        if isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways:
            sent |= {"client_id": self.provider.client_id, "client_secret": secret}
        else:  # RFC 6749, 2.3.1: both are form-encoded first
            both = f"{quote(self.provider.client_id, safe='')}:{quote(secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
        answer = self._asked(self._its(told, "token_endpoint"), headers, urlencode(sent).encode())
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderError("its answer holds no id_token")
        return self._verified(token, pending.nonce)

    def _verified(self, token: str, nonce: str) -> str:
        """The ``sub`` of a token that is good by OpenID Connect Core 1.0, 3.1.3.7."""
        import jwt

        try:
            head = jwt.get_unverified_header(token)
            if head.get("alg") not in FAMILIES:
                raise ProviderError("its token is signed in a way that is not believed")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(head.get("kid"), str(head["alg"])),
                algorithms=list(FAMILIES),
                audience=self.provider.client_id,
                issuer=self.provider.issuer,
                leeway=LEEWAY,
                options={
                    "require": ["iss", "sub", "aud", "exp", "iat"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise ProviderError(f"its token is not good: {type(error).__name__}") from error
        now = self.clock.now()
        if not _is_near(claims["iat"], now) or not _is_ahead(claims["exp"], now):
            raise ProviderError("its token is not of now")
        audience = claims["aud"]
        if claims.get("azp", self.provider.client_id) != self.provider.client_id or (
            isinstance(audience, list) and len(audience) > 1 and "azp" not in claims
        ):
            raise ProviderError("its token is for another party")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ProviderError("its token answers another question")
        found = claims["sub"]
        if not isinstance(found, str) or not 1 <= len(found) <= 255:
            raise ProviderError("its token names nobody")
        return found

    def _key(self, name: object, algorithm: str) -> PyJWK:
        """The key of that name; asked for anew when it is not known yet, as when the provider has just changed it."""
        from jwt import PyJWK

        for again in (False, True):
            _, keys = self._published(again=again)
            row = next(iter(keys.values()), None) if name is None and len(keys) == 1 else keys.get(str(name))
            if row and row["kty"] == FAMILIES[algorithm] and row.get("alg", algorithm) == algorithm:
                return PyJWK(row, algorithm)
        raise ProviderError("its token is signed with a key that it does not publish")

    def _published(self, *, again: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the provider says of itself, and its keys."""
        now, known = self.clock.monotonic_ms(), self._known
        if known and now - known[0] < (TRIES_MS if again else KEPT_MS):
            return known[1], known[2]
        if self._failed_ms is not None and now - self._failed_ms < TRIES_MS:
            raise ProviderError("it could not be asked a moment ago")
        try:
            told = self._asked(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.provider.issuer:
                raise ProviderError("it calls itself otherwise than issuer in the configuration")
            keys = _keys(self._asked(self._its(told, "jwks_uri")))
        except ProviderError as error:
            if not isinstance(error, CrowdError):
                self._failed_ms = now
            raise
        self._known, self._failed_ms = (now, told, keys), None
        return told, keys

    def _its(self, told: Mapping[str, Any], name: str) -> str:
        """An address that the provider says is its own; never one in the clear when its own is not."""
        try:
            address = web_address(told.get(name))
        except ValueError as error:
            raise ProviderError(f"it gives no good {name}") from error
        if not address.startswith("https:") and self.provider.issuer.startswith("https:"):
            raise ProviderError(f"its {name} would be asked in the clear")
        return address

    def _asked(self, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> dict[str, Any]:
        """The object that is there."""
        if not self._free.acquire(blocking=False):
            raise CrowdError("too many ask it at once")
        try:
            return asyncio.run(_object(self.clock, url, headers or {}, body))
        finally:
            self._free.release()


async def _object(clock: Clock, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    question = Question(url, "POST" if body else "GET", dict(headers), body, limit=LIMIT)
    resolver = Resolver(clock)
    try:
        async with asyncio.timeout(SECONDS):
            addresses = await resolver.addresses(question.host)
            answer = await HttpClient(Contexts()).ask(question, addresses, Timings(clock.ticks_us))
    except (DeniedError, NoSuchNameError, UnresolvableError) as error:
        raise ProviderError("its name was not found") from error
    except NoAnswerError as error:
        raise ProviderError(f"{error.kind}: {error.evidence}") from error
    except TimeoutError as error:
        raise ProviderError("no answer in time") from error
    except (ValueError, ssl.SSLError) as error:
        raise ProviderError("its address cannot be asked") from error
    finally:
        await resolver.close()
    if answer.status != 200 or answer.is_cut:
        raise ProviderError("too long an answer" if answer.is_cut else f"status {answer.status}")
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise ProviderError("its answer is no JSON") from error
    if not isinstance(found, dict):
        raise ProviderError("its answer is no object")
    return found


def _keys(document: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that sign, by their names (RFC 7517); what is of a kind that is not believed is left out."""
    rows = document.get("keys")
    good = [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
    return {
        str(each.get("kid", "")): each
        for each in good
        if each.get("use", "sig") == "sig" and each.get("kty") in ("RSA", "EC")
    }


def _is_near(at: object, now: int) -> bool:
    return isinstance(at, int | float) and now - 3600 <= at <= now + LEEWAY


def _is_ahead(at: object, now: int) -> bool:
    return isinstance(at, int | float) and at > now - LEEWAY
