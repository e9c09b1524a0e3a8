"""Streams and consumers of one city: declared by one idempotent step; services only bind to them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial

from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StoreCompression,
    StreamConfig,
)
from nats.js.errors import BadRequestError, ServiceUnavailableError

from luoshi_common.events.envelope import MAX_BYTES as MAX_MESSAGE_BYTES
from luoshi_common.messaging.rights import ThirdParty
from luoshi_common.messaging.subscriber import Subscriber

DAY_SECONDS = 86_400
MAX_BYTES = 1024**3
DUPLICATE_WINDOW_SECONDS = 600
ACK_WAIT_SECONDS = 30
BACK_OFF_SECONDS = (30, 30, 60, 120, 300, 600, 600)
MAX_DELIVER = 8
MAX_ACK_PENDING = 1000
TRIES = 10
PAUSE_SECONDS = 0.2


def stream_of(service: str, city: str) -> str:
    """`TASKS-360600`: the stream that keeps a service's facts of one city."""
    return f"{service.upper()}-{city}"


def stream_config(*, service: str, city: str, replicas: int = 1, max_bytes: int = MAX_BYTES) -> StreamConfig:
    """A full stream refuses new messages instead of dropping old ones: the relay keeps its rows (bus settings)."""
    return StreamConfig(
        name=stream_of(service, city),
        subjects=[f"ev.{city}.{service}.>"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_age=0 if service == "directory" else 400 * DAY_SECONDS,
        max_bytes=max_bytes,
        max_msg_size=MAX_MESSAGE_BYTES,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        allow_direct=True,
        allow_atomic=True,
        deny_delete=True,
        compression=StoreCompression.S2,
        num_replicas=replicas,
    )


def advisory_config(*, services: Iterable[str], city: str, replicas: int = 1) -> StreamConfig:
    """Advisories are plain messages, lost without a stream: one keeps what ran out of deliveries."""
    streams = [stream_of(service, city) for service in services]
    kinds = ("MAX_DELIVERIES", "MSG_TERMINATED")
    return StreamConfig(
        name=f"ADV-{city}",
        subjects=[f"$JS.EVENT.ADVISORY.CONSUMER.{kind}.{stream}.>" for stream in streams for kind in kinds],
        max_age=30 * DAY_SECONDS,
        storage=StorageType.FILE,
        num_replicas=replicas,
    )


def consumer_config(*, durable: str, subjects: list[str]) -> ConsumerConfig:
    """Durable pull consumer from the first message on; each back-off is longer than the longest batch."""
    return ConsumerConfig(
        durable_name=durable,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_deliver=MAX_DELIVER,
        backoff=list(BACK_OFF_SECONDS),
        max_ack_pending=MAX_ACK_PENDING,
        filter_subjects=subjects,
    )


async def declare(
    jetstream: JetStreamContext,
    *,
    city: str,
    publishers: Iterable[str],
    subscribers: Iterable[tuple[str, Subscriber]],
    replicas: int = 1,
    max_bytes: int = MAX_BYTES,
) -> None:
    """Declare every stream of the city, then every consumer `(service, subscriber)`; run again, it changes nothing."""
    publishers = tuple(publishers)
    for service in publishers:
        await _declare_stream(
            jetstream, stream_config(service=service, city=city, replicas=replicas, max_bytes=max_bytes)
        )
    await _declare_stream(jetstream, advisory_config(services=publishers, city=city, replicas=replicas))
    for service, subscriber in subscribers:
        for publisher, subjects in subscriber.subjects(city).items():
            config = consumer_config(durable=subscriber.durable(service, publisher), subjects=subjects)
            await _insist(partial(jetstream.add_consumer, stream_of(publisher, city), config))


async def declare_third_party(jetstream: JetStreamContext, *, party: ThirdParty, city: str) -> None:
    """Make the consumers of a third party, each filtered to the types it may know."""
    for consumer, subjects in party.consumers(city=city).items():
        config = consumer_config(durable=consumer.durable, subjects=list(subjects))
        await _insist(partial(jetstream.add_consumer, consumer.stream, config))


async def _declare_stream(jetstream: JetStreamContext, wanted: StreamConfig) -> None:
    try:
        await _insist(partial(jetstream.add_stream, wanted))
    except BadRequestError:
        # It exists with other settings: bring it up to date, keep its messages.
        await _insist(partial(jetstream.update_stream, replace(wanted)))


async def _insist(step: Callable[[], Awaitable[object]]) -> None:
    """A server that is taking a new configuration (another city, a subscriber) answers nobody for a moment."""
    for left in reversed(range(TRIES)):
        try:
            await step()
        except (ServiceUnavailableError, NatsTimeout):
            if not left:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


async def pending_of(jetstream: JetStreamContext, *, stream: str, durable: str) -> int:
    """How many messages a consumer has not finished: undelivered and unacknowledged.

    Raises:
        ConnectionError: the bus does not answer.
    """
    try:
        info = await jetstream.consumer_info(stream, durable)
    except NatsError as failure:
        raise ConnectionError(f"consumer {durable} cannot be asked: {failure}") from failure
    return (info.num_pending or 0) + (info.num_ack_pending or 0)
