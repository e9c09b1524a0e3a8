"""Who may say and hear what on the bus: one account per city, one key per user, nothing that is not needed.

Pure. A service publishes its own facts, reads through the consumers made for it and acknowledges there; only the
migration user makes streams and consumers; the console listens. A third party reads through consumers made for it,
filtered to the types meant for third parties, and may set them back to the first message; it creates nothing: a right
to create a consumer is a right to change the consumers of others by name.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

API = "$JS.API"
DENY_ALL = ">"
MAX_STORE_BYTES = 1024**4


class BusUser(StrEnum):
    """The users of a city's account that belong to us."""

    CONSOLE = "console"
    DIRECTORY = "directory"
    MIGRATION = "migration"
    NOTIFY = "notify"
    SCORING = "scoring"
    TASKS = "tasks"


@dataclass(frozen=True, order=True)
class ConsumerRef:
    """A durable consumer on a stream."""

    stream: str
    durable: str


@dataclass(frozen=True)
class ThirdParty:
    """A subscriber that is not ours: the subjects it may know, in their full form (``ev.<city>.<service>.….v1``)."""

    name: str
    subjects: tuple[str, ...]

    @property
    def user(self) -> str:
        """Its user name on the bus."""
        return f"subscriber-{self.name}"

    def consumers(self, *, city: str) -> dict[ConsumerRef, tuple[str, ...]]:
        """Return the consumers to be made for it, each with the subjects it is filtered to."""
        found: dict[ConsumerRef, tuple[str, ...]] = {}
        for subject in sorted(self.subjects):
            service = subject.split(".")[2]
            consumer = ConsumerRef(f"{service.upper()}-{city}", f"{self.user}-{service}")
            found[consumer] = (*found.get(consumer, ()), subject)
        return found


@dataclass(frozen=True)
class Rights:
    """Subjects a user may publish and subscribe to; nothing else."""

    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()


@dataclass(frozen=True)
class BusAccount:
    """One city's account: public key and rights of each user."""

    city: str
    users: Mapping[str, Rights] = field(default_factory=dict)


def inbox_prefix_of(user: BusUser | ThirdParty) -> str:
    """Return the prefix of a user's answers: nobody else may listen there."""
    return f"_INBOX.{user.user if isinstance(user, ThirdParty) else user.value}"


def rights_of(user: BusUser | ThirdParty, *, city: str, consumers: Iterable[ConsumerRef] = ()) -> Rights:
    """Return what a user may do in the account of a city; ``consumers`` are a service's own."""
    inbox = f"{inbox_prefix_of(user)}.>"
    if isinstance(user, ThirdParty):
        own = user.consumers(city=city)
        rewind = [f"{API}.CONSUMER.RESET.{consumer.stream}.{consumer.durable}" for consumer in own]
        return Rights(publish=(*_reading(own), *rewind), subscribe=(inbox, *sorted(user.subjects)))
    if user is BusUser.MIGRATION:
        return Rights(publish=_DECLARING, subscribe=(inbox,))
    if user is BusUser.CONSOLE:
        return Rights(subscribe=(inbox, f"ev.{city}.>"))
    return Rights(publish=(f"ev.{city}.{user.value}.>", *_reading(consumers)), subscribe=(inbox,))


def nats_config(
    accounts: Iterable[BusAccount], *, host: str, port: int, store: str, server_name: str, pid_file: str
) -> str:
    """Return the server's configuration: every message on disk before it is acknowledged, one account per city."""
    document = {
        "host": host,
        "port": port,
        "server_name": server_name,
        "pid_file": pid_file,
        # The bounds of the streams are no reservation: without a bound of its own the server would take three quarters
        # of what is free now, and a city could not begin on a small disk.
        "jetstream": {"store_dir": store, "sync_interval": "always", "max_file_store": MAX_STORE_BYTES},
        "accounts": {f"CITY-{account.city}": _account(account) for account in accounts},
    }
    return json.dumps(document, indent=1)


_DECLARING = (
    f"{API}.INFO",
    f"{API}.STREAM.NAMES",
    *(f"{API}.STREAM.{verb}.*" for verb in ("CREATE", "UPDATE", "INFO")),
    *(f"{API}.CONSUMER.{verb}.*" for verb in ("NAMES", "LIST")),
    *(f"{API}.CONSUMER.{verb}.*.>" for verb in ("CREATE", "DURABLE.CREATE", "INFO", "DELETE", "RESET")),
    f"{API}.CONSUMER.MSG.NEXT.*.*",
    "$JS.ACK.>",
)


def _reading(consumers: Iterable[ConsumerRef]) -> tuple[str, ...]:
    return tuple(
        subject
        for consumer in sorted(consumers)
        for subject in (
            f"{API}.CONSUMER.MSG.NEXT.{consumer.stream}.{consumer.durable}",
            f"{API}.CONSUMER.INFO.{consumer.stream}.{consumer.durable}",
            f"$JS.ACK.{consumer.stream}.{consumer.durable}.>",
        )
    )


def _account(account: BusAccount) -> dict[str, object]:
    users = [{"nkey": key, "permissions": _permissions(rights)} for key, rights in account.users.items()]
    return {"jetstream": "enabled", "users": users}


def _permissions(rights: Rights) -> dict[str, object]:
    """An empty list would mean "everything" to the server, so nothing is said as a denial of all."""
    return {
        "publish": {"allow": list(rights.publish)} if rights.publish else {"deny": [DENY_ALL]},
        "subscribe": {"allow": list(rights.subscribe)} if rights.subscribe else {"deny": [DENY_ALL]},
    }
