"""Tokens: what is believed, and every way of not being believed."""

import base64
import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from luoshi_common.auth.tokens import (
    LONGEST_LIFE,
    Fault,
    TokenMinter,
    TokenRefused,
    TokenVerifier,
    key_set,
    load_or_make_key,
    new_key,
    public_keys,
    sign,
)
from luoshi_common.clock import machine_now

CONSOLE, CITY, PERSON = "urn:luoshi:console", "360600", uuid4()
KEY = new_key()


def verifier(*, city: str = CITY, **issuers: OKPKey) -> TokenVerifier:
    trusted = {CONSOLE: KEY} | issuers
    return TokenVerifier(city=city, issuers={name: key_set(public_keys(key)) for name, key in trusted.items()})


def claims(**changed: Any) -> dict[str, Any]:
    now = int(machine_now().timestamp())
    good = {"iss": CONSOLE, "sub": str(PERSON), "aud": CITY, "iat": now, "exp": now + 300, "jti": "1"} | changed
    return {name: value for name, value in good.items() if value is not None}


def unsigned(header: dict[str, Any], body: object) -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, body))
    return ".".join(parts) + "."


def fault_of(token: str, believer: TokenVerifier | None = None) -> Fault:
    with pytest.raises(TokenRefused) as refused:
        (believer or verifier()).verify(token)
    reason = refused.value.facts["reason"]
    assert isinstance(reason, Fault)
    return reason


class TestToken:
    def test_proves_the_person(self) -> None:
        token = TokenMinter(issuer=CONSOLE, city=CITY, key=KEY).mint(PERSON)

        believed = verifier().verify(token)

        assert believed.person_id == PERSON
        assert believed.issuer == CONSOLE
        assert believed.expires_at <= machine_now() + LONGEST_LIFE

    def test_carries_no_roles_units_or_names(self) -> None:
        token = TokenMinter(issuer=CONSOLE, city=CITY, key=KEY).mint(PERSON)

        assert set(jwt.decode(token, KEY, algorithms=["Ed25519"]).claims) == {"iss", "sub", "aud", "iat", "exp", "jti"}

    def test_cannot_be_minted_for_longer_than_five_minutes(self) -> None:
        with pytest.raises(ValueError, match="at most"):
            TokenMinter(issuer=CONSOLE, city=CITY, key=KEY).mint(PERSON, life=timedelta(minutes=6))

    def test_is_not_believed_by_another_city(self) -> None:
        token = TokenMinter(issuer=CONSOLE, city=CITY, key=KEY).mint(PERSON)

        assert fault_of(token, verifier(city="360700")) is Fault.FOREIGN_CITY

    def test_of_a_stranger_is_not_believed(self) -> None:
        assert fault_of(TokenMinter(issuer="urn:stranger", city=CITY, key=KEY).mint(PERSON)) is Fault.UNKNOWN_ISSUER

    def test_signed_by_another_key_is_forged(self) -> None:
        assert fault_of(TokenMinter(issuer=CONSOLE, city=CITY, key=new_key()).mint(PERSON)) is Fault.FORGED

    def test_of_one_trusted_issuer_cannot_speak_for_another(self) -> None:
        other = new_key()

        assert fault_of(sign(claims(), key=other), verifier(other=other)) is Fault.FORGED

    def test_with_a_changed_body_is_forged(self) -> None:
        head, _, signature = sign(claims(), key=KEY).split(".")
        body = base64.urlsafe_b64encode(json.dumps(claims(sub=str(uuid4()))).encode()).rstrip(b"=").decode()

        assert fault_of(f"{head}.{body}.{signature}") is Fault.FORGED

    @pytest.mark.parametrize("algorithm", ["none", "None", "EdDSA", "HS256"])
    def test_of_another_algorithm_is_forged(self, algorithm: str) -> None:
        assert fault_of(unsigned({"alg": algorithm, "kid": KEY.kid}, claims())) is Fault.FORGED

    def test_made_with_the_public_key_as_a_shared_secret_is_forged(self) -> None:
        secret = OctKey.import_key(json.dumps(KEY.as_dict(private=False)).ljust(64))

        assert fault_of(jwt.encode({"alg": "HS256"}, claims(), secret)) is Fault.FORGED

    @pytest.mark.parametrize(
        ("changed", "fault"),
        [
            ({"exp": 1_700_000_000, "iat": 1_699_999_900}, Fault.EXPIRED),
            ({"exp": int(machine_now().timestamp()) + 3000}, Fault.TOO_LONG_LIVED),
            ({"exp": 4_000_000_200, "iat": 4_000_000_000}, Fault.NOT_YET_VALID),
            ({"sub": "nobody"}, Fault.MALFORMED),
            ({"sub": 7}, Fault.MALFORMED),
            ({"sub": None}, Fault.MALFORMED),
            ({"exp": None}, Fault.MALFORMED),
            ({"exp": "soon"}, Fault.MALFORMED),
            ({"exp": 10**30}, Fault.MALFORMED),
            ({"jti": None}, Fault.MALFORMED),
            ({"aud": None}, Fault.FOREIGN_CITY),
            ({"aud": [CITY, "360700"]}, Fault.FOREIGN_CITY),
            ({"iss": None}, Fault.MALFORMED),
        ],
    )
    def test_with_a_wrong_claim_is_refused(self, changed: dict[str, Any], fault: Fault) -> None:
        assert fault_of(sign(claims(**changed), key=KEY)) is fault

    @pytest.mark.parametrize("text", ["", ".", "a.b.c", "落实", "e30.e30.", "e30.W10.", "\x00", "." * 9000])
    def test_that_is_none_is_refused(self, text: str) -> None:
        assert fault_of(text) in {Fault.MALFORMED, Fault.UNKNOWN_ISSUER}

    def test_of_a_thousand_brackets_is_refused(self) -> None:
        deep = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")

        assert fault_of(f"e30.{deep}.") is Fault.MALFORMED


class TestKey:
    def test_is_made_once_and_readable_by_its_owner_only(self, tmp_path: Path) -> None:
        path = tmp_path / "keys" / "console.json"

        first = load_or_make_key(path)

        assert load_or_make_key(path).as_dict(private=True) == first.as_dict(private=True)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_is_published_without_its_private_half(self) -> None:
        (published,) = public_keys(KEY)["keys"]

        assert "d" not in published
        assert published["kid"] == KEY.kid

    def test_ids_are_persons_ids(self) -> None:
        assert isinstance(verifier().verify(sign(claims(), key=KEY)).person_id, UUID)
