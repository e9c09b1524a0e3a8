"""运维命令 on the engines of a data folder: verify the audit trail, add a subscriber, publish again."""

import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from luoshi.demo.city import CITY
from luoshi.embedded.engine import EngineFailed
from luoshi.embedded.nats import EmbeddedNats
from luoshi.place import Place, default_folder
from luoshi.services import NAMES
from luoshi_common.audit.verify import Report, verify
from luoshi_common.db.engine import create_engine
from luoshi_common.events.catalogue import CATALOGUE
from luoshi_common.messaging import outbox
from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.rights import BusUser, ThirdParty, inbox_prefix_of
from luoshi_common.messaging.streams import declare_third_party

_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")


async def verify_everything(data: Path | None, *, as_data: bool) -> bool:
    """Verify every service's audit trail; prints the findings, returns whether all is sound."""
    place = _place(data)
    reports: dict[str, Report] = {}
    with place.reached():
        for name in NAMES:
            engine = create_engine(place.database_url(name).get_secret_value(), application="luoshi-verify", pool=1)
            # One moment of the database: the city may be at work.
            async with engine.execution_options(isolation_level="REPEATABLE READ").connect() as connection:
                reports[name] = await verify(connection)
            await engine.dispose()
    if as_data:
        _print(json.dumps({name: vars(report) for name, report in reports.items()}, ensure_ascii=False))
    else:
        for name, report in reports.items():
            _print(
                f"{name}：{report.subjects}条链、{report.entries}条记录、{report.seals}次封存，{len(report.faults)}处问题"
            )
            for fault in report.faults:
                _print(f"  {fault}")
    return not any(report.faults for report in reports.values())


async def add_third_party(data: Path | None, *, name: str) -> None:
    """Give a third party a key to the types meant for it, and make its consumers.

    Raises:
        EngineFailed: the name does not fit, or there is no city here yet.
    """
    if _NAME.fullmatch(name) is None:
        raise EngineFailed("订阅者名称只能用小写字母、数字和连字符，以字母开头，2 到 31 个字符。")
    place = _place(data)
    with place.reached():
        credential = await make_credential(place.nats, name=name, city=CITY)
    _print(json.dumps(credential, ensure_ascii=False, indent=2))


async def make_credential(nats: EmbeddedNats, *, name: str, city: str) -> dict[str, Any]:
    """Make key and consumers of a third party; returns what it needs to subscribe, the secret included."""
    party = ThirdParty(name, tuple(kind.subject(city) for kind in CATALOGUE.values() if kind.third_party))
    seed = nats.add_subscriber(party, city=city)
    client = await connect(
        url=nats.url, seed=nats.seed_of(BusUser.MIGRATION, city=city), name="luoshi-migration",
        inbox_prefix=inbox_prefix_of(BusUser.MIGRATION),
    )  # fmt: skip
    try:
        await declare_third_party(client.jetstream(), party=party, city=city)
    finally:
        await leave(client)
    return {
        "url": nats.url,
        "nkey_seed": seed,
        "inbox_prefix": inbox_prefix_of(party),
        "consumers": [
            {"stream": consumer.stream, "durable": consumer.durable} for consumer in party.consumers(city=city)
        ],
    }


async def republish_everything(data: Path | None, *, since: str) -> None:
    """Mark rows since a moment (machine time) as unpublished: the relays send them again, in order.

    Raises:
        EngineFailed: `since` is no instant with a time zone.
    """
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        raise EngineFailed(f"“{since}”不是 ISO 8601 时刻，例如 2026-03-01T08:00:00+08:00。") from None
    if moment.tzinfo is None:
        raise EngineFailed("时刻必须带时区，例如 2026-03-01T08:00:00+08:00。")
    place = _place(data)
    with place.reached():
        for name in NAMES:
            engine = create_engine(place.database_url(name).get_secret_value(), application="luoshi-republish", pool=1)
            async with engine.begin() as connection:
                _print(f"{name}：{await outbox.republish(connection, since=moment)}条事件将重新发布")
            await engine.dispose()


def _place(data: Path | None) -> Place:
    folder = data or default_folder()
    if not (folder / "up.json").exists():
        raise EngineFailed(f"{folder} 里还没有城市：请先运行 luoshi up。")
    return Place.at(folder)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
