"""审计链: pure hashing. hash = SHA-256(previous hash || SHA-256(body)); the first previous is 32 zero bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as it is stored."""

    subject: str
    seq: int
    body: str
    previous: bytes
    hash: bytes


def hash_of(previous: bytes, body: str) -> bytes:
    """The hash of an entry that follows `previous`."""
    return sha256(previous + sha256(body.encode()).digest()).digest()


def root_of(previous: bytes, heads: Iterable[tuple[str, int, str]]) -> bytes:
    """The sealed root over chain heads `(subject, seq, hex hash)`, in the order of their subjects."""
    digest = sha256(previous)
    for subject, seq, head in sorted(heads):
        digest.update(f"{subject}\x1f{seq}\x1f{head}\x1e".encode())
    return digest.digest()


def faults_of(links: Iterable[Link]) -> list[str]:
    """Check one subject's entries, given in the order of their seq; returns what is wrong in words."""
    faults = []
    previous, expected = GENESIS, 1
    for link in links:
        if link.seq != expected:
            faults.append(f"{link.subject}: entry {expected} is missing before {link.seq}")
        elif link.previous != previous:
            faults.append(f"{link.subject}: entry {link.seq} does not follow entry {link.seq - 1}")
        if hash_of(link.previous, link.body) != link.hash:
            faults.append(f"{link.subject}: entry {link.seq} was changed")
        previous, expected = link.hash, link.seq + 1
    return faults
