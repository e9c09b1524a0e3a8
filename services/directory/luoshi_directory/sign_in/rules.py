"""演示登录规则: where a browser may be sent back to, and who may redeem a code."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def challenge_of(verifier: str) -> str:
    """Digest a PKCE verifier (S256, RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def proves(*, verifier: str, challenge: str) -> bool:
    """Whether who redeems the code is who asked for it."""
    return hmac.compare_digest(challenge_of(verifier).encode(), challenge.encode())


def may_return_to(*, address: str, allowed: Sequence[str]) -> bool:
    """Whether an address is on the list; one on loopback that is listed without a port may have any (RFC 8252)."""
    try:
        asked = urlsplit(address)
        port = asked.port
    except ValueError:
        return False
    if asked.fragment or asked.username is not None or asked.query or not asked.hostname:
        return False
    for entry in allowed:
        listed = urlsplit(entry)
        same_place = (asked.scheme, asked.hostname, asked.path) == (listed.scheme, listed.hostname, listed.path)
        any_port = listed.port is None and listed.hostname in LOOPBACK
        if same_place and (any_port or port == listed.port):
            return True
    return False
