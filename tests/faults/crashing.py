"""One service as `luoshi serve` runs it, in a process that can be told to die at a chosen moment, as by a power cut.

As soon as the order file names a crash point, the next call there is a kill -9 of the process. The file is taken away
first, so that the service may be started again.
"""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nats.aio.msg import Msg

from luoshi.serve import serve_service
from luoshi_common.messaging import outbox
from luoshi_common.messaging.relay import Relay

POINTS: Mapping[str, tuple[Any, str]] = {
    "publish": (Relay, "_publish"),  # the command is committed, nothing is on the bus
    "mark": (outbox, "mark"),  # the facts are on the bus, the outbox does not know
    "ack": (Msg, "ack"),  # the consumer has committed, the bus does not know
}


def serve(service: str, *, port: int, environment: Mapping[str, str], log: Path, order: Path) -> None:
    """What such a process does, from its fork to its death."""
    os.environ.update(environment)
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(said, stream.fileno())
    for point in POINTS:
        _arm(point, order=order)
    serve_service(service, host="127.0.0.1", port=port)


def _obey(order: Path, point: str) -> None:
    if order.exists() and order.read_text() == point:
        order.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def _arm(point: str, *, order: Path) -> None:
    holder, name = POINTS[point]
    original = getattr(holder, name)

    async def deadly(*arguments: Any, **named: Any) -> Any:
        _obey(order, point)
        return await original(*arguments, **named)

    setattr(holder, name, deadly)
