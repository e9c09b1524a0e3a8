"""搁置消息: list, retry and discard them at a running city, in the name of one of its operators."""

import json
import sys
from pathlib import Path

import httpx

from luoshi.demo.city import CITY
from luoshi.embedded.engine import EngineFailed
from luoshi.place import CONSOLE_ISSUER, Place, default_folder
from luoshi.services import NAMES
from luoshi_client.directory import Directory
from luoshi_client.session import Refusal, ServiceSession, Unreachable
from luoshi_common.auth.tokens import TokenMinter

SECONDS = 30


async def act(data: Path | None, *, person: str, service: str, verb: str, message: str | None) -> None:
    """Do one thing with parked messages and print the outcome as JSON.

    Raises:
        EngineFailed: no such service, no running city, no such operator, or the service refuses.
    """
    if service not in NAMES:
        raise EngineFailed(f"没有名为 {service} 的服务；有：{'、'.join(NAMES)}")
    place = Place.at(data or default_folder())
    address = place.notes.get("address")
    if not address:
        raise EngineFailed(f"{place.folder} 里的城市没有在运行：请先运行 luoshi up。")
    key = place.key("console")
    minter = TokenMinter(issuer=CONSOLE_ISSUER, city=CITY, key=key)
    async with httpx.AsyncClient(base_url=address, timeout=SECONDS) as client:
        try:
            stranger = Directory(ServiceSession(client, root="/api/directory"))
            known = {persona.code: persona.id for persona in await stranger.personas()}
            if person not in known:
                raise EngineFailed(f"城市资料中没有代号为 {person} 的人员。")
            session = ServiceSession(client, root=f"/api/{service}", token=lambda: minter.mint(known[person]))
            answer = (
                await session.get("/parked") if message is None else await session.post(f"/parked/{message}/{verb}")
            )
        except Unreachable as away:
            raise EngineFailed(f"{address} 没有应答：城市没有在运行。") from away
        except Refusal as refused:
            raise EngineFailed(str(refused)) from refused
    sys.stdout.write(json.dumps(answer.data, ensure_ascii=False, indent=2) + "\n")
