"""演示签发: codes that live a minute and are redeemed once, and the tokens they are redeemed for (machine time)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc.jwk import OKPKey

from luoshi_common.auth.mode import Mode
from luoshi_common.auth.tokens import ALGORITHM, LONGEST_LIFE, TokenMinter, public_keys, sign
from luoshi_common.clock import machine_now
from luoshi_directory.sign_in import rules

CODE_LIFE = timedelta(seconds=60)
MOST_CODES = 1000
"""Codes waiting at one time; the oldest gives way."""


class GrantRefused(Exception):
    """授权码无效: unknown, used, too old, or brought by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """请求: what the browser was sent with, and who it is believed to be."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    person_id: UUID


class Issuer:
    """演示签发方: in memory; whoever restarts it signs in again."""

    def __init__(
        self,
        *,
        mode: Mode,
        issuer: str,
        city: str,
        key: OKPKey,
        redirects: Sequence[str],
        code_life: timedelta = CODE_LIFE,
    ) -> None:
        if mode is not Mode.DEVELOPMENT:
            raise RuntimeError("the development issuer believes everybody; production must have an issuer of its own")
        self.issuer = issuer.rstrip("/")
        self._key = key
        self._redirects = tuple(redirects)
        self._code_life = code_life
        self._minter = TokenMinter(issuer=self.issuer, city=city, key=key)
        self._codes: dict[str, tuple[datetime, Asked]] = {}

    def discovery(self) -> Mapping[str, Any]:
        """Describe itself (OpenID Connect Discovery)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> Mapping[str, Any]:
        """Publish the key that its tokens are checked with."""
        return public_keys(self._key)

    def may_return_to(self, address: str) -> bool:
        """Whether a browser may be sent there with a code."""
        return rules.may_return_to(address=address, allowed=self._redirects)

    def code_for(self, asked: Asked) -> str:
        """Give out a code."""
        self._forget_old_ones()
        code = secrets.token_urlsafe(32)
        self._codes[code] = (machine_now() + self._code_life, asked)
        return code

    def redeem(self, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> Mapping[str, Any]:
        """Give the tokens; GrantRefused if anything is not as it was asked. A code is spent by the first try."""
        until, asked = self._codes.pop(code, (machine_now(), None))
        if asked is None or until <= machine_now():
            raise GrantRefused
        if (asked.client_id, asked.redirect_uri) != (client_id, redirect_uri):
            raise GrantRefused
        if not rules.proves(verifier=verifier, challenge=asked.challenge):
            raise GrantRefused
        return {
            "access_token": self._minter.mint(asked.person_id),
            "token_type": "Bearer",
            "expires_in": int(LONGEST_LIFE.total_seconds()),
            "id_token": self._identity(asked),
            "scope": "openid",
        }

    def _identity(self, asked: Asked) -> str:
        now = machine_now()
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": str(asked.person_id),
            "aud": asked.client_id,
            "iat": int(now.timestamp()),
            "auth_time": int(now.timestamp()),
            "exp": int((now + LONGEST_LIFE).timestamp()),
        }
        return sign(claims | ({"nonce": asked.nonce} if asked.nonce else {}), key=self._key)

    def _forget_old_ones(self) -> None:
        now = machine_now()
        fresh = [(code, kept) for code, kept in self._codes.items() if kept[0] > now]
        self._codes = dict(fresh[1 - MOST_CODES :])
