"""令牌: proves a person for at most five minutes to the services of one city; roles and units are never in it.

Signed JWT, Ed25519 (RFC 9864). Machine time. A service holds the public keys of the issuers it trusts.
"""

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from luoshi_common.clock import machine_now
from luoshi_common.errors import Unauthenticated

ALGORITHM: Final = "Ed25519"
LONGEST_LIFE = timedelta(minutes=5)
SKEW = timedelta(seconds=5)
"""How far the clocks of two machines may differ."""


class Fault(StrEnum):
    """令牌缺陷: why a token is not believed."""

    EXPIRED = "expired"
    FOREIGN_CITY = "foreign_city"
    FORGED = "forged"
    MALFORMED = "malformed"
    NOT_YET_VALID = "not_yet_valid"
    TOO_LONG_LIVED = "too_long_lived"
    UNKNOWN_ISSUER = "unknown_issuer"


class TokenRefused(Unauthenticated):
    """令牌无效: `reason` is a Fault."""

    code = "auth.token_refused"
    title = "登录凭证无效或已过期，请重新登录"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """令牌内容: what a believed token says."""

    person_id: UUID
    issuer: str
    expires_at: datetime
    id: str


class TokenMinter:
    """令牌签发: makes tokens of one issuer for one city."""

    def __init__(self, *, issuer: str, city: str, key: OKPKey) -> None:
        self._issuer = issuer
        self._city = city
        self._key = key

    def mint(self, person_id: UUID, *, life: timedelta = LONGEST_LIFE) -> str:
        """Sign a token for the person; ValueError if it should live longer than five minutes."""
        if life > LONGEST_LIFE:
            raise ValueError(f"a token lives at most {LONGEST_LIFE}")
        issued = machine_now()
        claims = {
            "iss": self._issuer,
            "sub": str(person_id),
            "aud": self._city,
            "iat": int(issued.timestamp()),
            "exp": int((issued + life).timestamp()),
            "jti": uuid4().hex,
        }
        return sign(claims, key=self._key)


class TokenVerifier:
    """令牌验证: believes the issuers whose public keys it was given, for one city."""

    def __init__(self, *, city: str, issuers: Mapping[str, KeySet]) -> None:
        self._city = city
        self._issuers = issuers

    def verify(self, token: str) -> Claims:
        """Give what the token says, or raise TokenRefused with the reason; no claim is read before the signature."""
        claims = self._signed_claims(token)
        if claims.get("aud") != self._city:
            raise TokenRefused(reason=Fault.FOREIGN_CITY)
        try:
            issued, expires = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
            believed = Claims(
                person_id=UUID(claims["sub"]), issuer=claims["iss"], expires_at=expires, id=str(claims["jti"])
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as cause:
            raise TokenRefused(reason=Fault.MALFORMED) from cause
        _check_times(issued=issued, expires=expires)
        return believed

    def _signed_claims(self, token: str) -> dict[str, Any]:
        keys = self._issuers.get(_unproved_issuer(token))
        if keys is None:
            raise TokenRefused(reason=Fault.UNKNOWN_ISSUER)
        try:
            return jwt.decode(token, keys, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, KeyError, RecursionError) as cause:
            raise TokenRefused(reason=Fault.FORGED) from cause


def sign(claims: dict[str, Any], *, key: OKPKey) -> str:
    """Sign claims as a JWT whose header names the key."""
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def new_key() -> OKPKey:
    """Make a signing key; its `kid` is its thumbprint."""
    return OKPKey.generate_key(ALGORITHM, auto_kid=True)


def load_or_make_key(path: Path) -> OKPKey:
    """Read the signing key of a file; if there is none make it, in full or not at all, readable by its owner only.

    Raises:
        ValueError, JoseError: the file holds no key.
    """
    try:
        return key_of(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        key = new_key()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(key.as_dict(private=True), file)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):  # Whoever was faster has made the key.
        os.link(draft, path)
    draft.unlink()
    return key_of(path.read_text(encoding="utf-8"))


def key_of(text: str) -> OKPKey:
    """Read a key from its JWK text (settings, files)."""
    return OKPKey.import_key(json.loads(text))


def public_keys(*keys: OKPKey) -> dict[str, Any]:
    """Give the public halves as a JWK set document, to publish or to put into settings."""
    return {"keys": [key.as_dict(private=False) | {"alg": ALGORITHM, "use": "sig"} for key in keys]}


def key_set(document: Mapping[str, Any]) -> KeySet:
    """Read a JWK set document."""
    return KeySet([OKPKey.import_key(dict(key)) for key in document["keys"]])


def _unproved_issuer(token: str) -> str:
    """Read `iss` to choose the keys; nothing is believed yet."""
    try:
        payload = json.loads(jws.extract_compact(token.encode("ascii")).payload)
        return str(payload["iss"])
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as cause:
        raise TokenRefused(reason=Fault.MALFORMED) from cause


def _check_times(*, issued: datetime, expires: datetime) -> None:
    now = machine_now()
    if expires - issued > LONGEST_LIFE:
        raise TokenRefused(reason=Fault.TOO_LONG_LIVED)
    if issued > now + SKEW:
        raise TokenRefused(reason=Fault.NOT_YET_VALID)
    if expires + SKEW <= now:
        raise TokenRefused(reason=Fault.EXPIRED)
