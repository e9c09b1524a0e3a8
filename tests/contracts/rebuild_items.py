"""The city's item list from its facts alone, written by somebody who has docs/events.md, a credential, and no more.

`python rebuild_items.py credential.json` prints JSON: the items in the order of the list, and the units by id.
"""

import asyncio
import json
import pathlib
import sys

import nats

mine = json.loads(pathlib.Path(sys.argv[1]).read_text())


class Newest(dict):
    """For each thing its newest state: a fact that comes late or twice changes nothing."""

    def __init__(self):
        super().__init__()
        self.versions = {}

    def take(self, thing, version, state):
        if version > self.versions.get(thing, 0):
            self.versions[thing] = version
            self[thing] = state


async def read_all(bus, consumer):
    """Every event of a stream, from the first to the one that is the last right now."""
    beginning = f"$JS.API.CONSUMER.RESET.{consumer['stream']}.{consumer['durable']}"
    answer = json.loads((await bus.request(beginning, b'{"seq":1}', timeout=10)).data)
    assert "error" not in answer, answer
    subscription = await bus.jetstream().pull_subscribe_bind(consumer["durable"], consumer["stream"])
    waiting = (await subscription.consumer_info()).num_pending
    while waiting:
        for message in await subscription.fetch(100, timeout=30):
            yield json.loads(message.data)
            await message.ack()
            waiting = message.metadata.num_pending


async def main():
    bus = await nats.connect(mine["url"], nkeys_seed_str=mine["nkey_seed"], inbox_prefix=mine["inbox_prefix"].encode())
    items, units = Newest(), Newest()
    for consumer in mine["consumers"]:
        async for event in read_all(bus, consumer):
            if "item" in event["data"]:
                items.take(event["subject"], event["entityversion"], event["data"]["item"])
            if event["type"] == "luoshi.directory.unit.changed.v1":
                units.take(event["subject"], event["entityversion"], event["data"])
    await bus.close()
    listed = sorted(items.values(), key=lambda item: (-item["year"], item["no"], item["id"]))
    print(json.dumps({"items": listed, "units": {unit["id"]: unit for unit in units.values()}}))


asyncio.run(main())
