"""Say what happens to the city's tasks, as it happens: `python subscribe.py credential.json` (needs nats-py[nkeys])."""

import asyncio
import contextlib
import json
import pathlib
import sys

import nats

mine = json.loads(pathlib.Path(sys.argv[1]).read_text())


async def main() -> None:
    bus = await nats.connect(mine["url"], nkeys_seed_str=mine["nkey_seed"], inbox_prefix=mine["inbox_prefix"].encode())
    tasks = next(one for one in mine["consumers"] if one["stream"].startswith("TASKS-"))
    facts = await bus.jetstream().pull_subscribe_bind(tasks["durable"], tasks["stream"])
    while True:
        with contextlib.suppress(TimeoutError):  # nothing new for a minute
            for message in await facts.fetch(100, timeout=60):
                event = json.loads(message.data)
                print(event["time"], event["type"], event["subject"], event["entityversion"], flush=True)
                await message.ack()


asyncio.run(main())
