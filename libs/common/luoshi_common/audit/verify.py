"""审计核验: walks every chain, every head and every seal; reports a changed, removed, reordered or truncated entry."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.audit.chain import GENESIS, Link, faults_of, root_of
from luoshi_common.db.mechanism import audit_entry, audit_head, audit_seal


@dataclass
class Report:
    """What a verification saw."""

    entries: int = 0
    subjects: int = 0
    seals: int = 0
    root: str = ""
    faults: list[str] = field(default_factory=list)


async def verify(connection: AsyncConnection) -> Report:
    """Verify one service's audit trail, streaming; the newest root is there to compare with the published one.

    In a city at work `connection` must be REPEATABLE READ, or what is written meanwhile looks like a fault.
    """
    report = Report()
    tips: dict[str, tuple[int, str]] = {}
    sealed: dict[tuple[str, int], str] = {}
    await _verify_seals(connection, report, sealed)
    chain: list[Link] = []
    async for row in await connection.stream(select(audit_entry).order_by(audit_entry.c.subject, audit_entry.c.seq)):
        if chain and chain[-1].subject != row.subject:
            _verify_chain(chain, report, tips, sealed)
            chain = []
        chain.append(Link(row.subject, row.seq, row.body, row.previous, row.hash))
    if chain:
        _verify_chain(chain, report, tips, sealed)
    report.faults.extend(f"{subject}: sealed entry {seq} is missing" for subject, seq in sorted(sealed))
    await _verify_heads(connection, report, tips)
    return report


def _verify_chain(
    chain: list[Link], report: Report, tips: dict[str, tuple[int, str]], sealed: dict[tuple[str, int], str]
) -> None:
    subject = chain[0].subject
    report.subjects += 1
    report.entries += len(chain)
    report.faults.extend(faults_of(chain))
    tips[subject] = (chain[-1].seq, chain[-1].hash.hex())
    for link in chain:
        bound = sealed.pop((subject, link.seq), None)
        if bound is not None and bound != link.hash.hex():
            report.faults.append(f"{subject}: entry {link.seq} differs from its seal")


async def _verify_seals(connection: AsyncConnection, report: Report, sealed: dict[tuple[str, int], str]) -> None:
    previous, expected = GENESIS, 1
    for row in await connection.execute(select(audit_seal).order_by(audit_seal.c.number)):
        heads = [(subject, seq, head) for subject, seq, head in row.heads]
        if row.number != expected:
            report.faults.append(f"seal {expected} is missing before {row.number}")
        elif row.previous != previous or root_of(row.previous, heads) != row.root:
            report.faults.append(f"seal {row.number} was changed")
        sealed.update({(subject, seq): head for subject, seq, head in heads})
        previous, expected = row.root, row.number + 1
        report.seals += 1
    report.root = previous.hex()


async def _verify_heads(connection: AsyncConnection, report: Report, tips: dict[str, tuple[int, str]]) -> None:
    heads = await connection.execute(select(audit_head.c.subject, audit_head.c.seq, audit_head.c.hash))
    for row in heads:
        if tips.pop(row.subject, None) != (row.seq, row.hash.hex()):
            report.faults.append(f"{row.subject}: the chain does not end where its head says")
    report.faults.extend(f"{subject}: its head is missing" for subject in sorted(tips))
