"""总线声明: streams and consumers of a city, made by the migration user before any service binds to them."""

from collections import defaultdict
from collections.abc import Iterable

from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.rights import BusUser, ConsumerRef, inbox_prefix_of
from luoshi_common.messaging.streams import MAX_BYTES, declare, stream_of
from luoshi_common.service import Service


def consumers_of(services: Iterable[Service], *, city: str) -> dict[BusUser, list[ConsumerRef]]:
    """Which consumers each service binds to: its rights on the bus are cut to them."""
    found: dict[BusUser, list[ConsumerRef]] = defaultdict(list)
    for service in services:
        for subscriber in service.listeners:
            for publisher in subscriber.subjects(city):
                reference = ConsumerRef(stream_of(publisher, city), subscriber.durable(service.name, publisher))
                found[BusUser(service.name)].append(reference)
    return dict(found)


async def declare_city(
    *, url: str, seed: str, city: str, services: Iterable[Service], max_bytes: int = MAX_BYTES
) -> None:
    """Declare everything of a city; run again, it changes nothing.

    Raises:
        BusUnreachable: the bus cannot be joined with this seed.
    """
    services = tuple(services)
    client = await connect(url=url, seed=seed, name="luoshi-migration", inbox_prefix=inbox_prefix_of(BusUser.MIGRATION))
    try:
        await declare(
            client.jetstream(),
            city=city,
            publishers=_publishers(services, city),
            subscribers=[(service.name, listener) for service in services for listener in service.listeners],
            max_bytes=max_bytes,
        )
    finally:
        await leave(client)


def _publishers(services: Iterable[Service], city: str) -> list[str]:
    """The services themselves and those that they listen to."""
    heard = {name for service in services for listener in service.listeners for name in listener.subjects(city)}
    return sorted(heard | {service.name for service in services})
