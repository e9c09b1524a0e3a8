"""Engines with production's settings and the toy services for measuring the mechanisms."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from luoshi_common.auth.actor import Actor
from luoshi_common.auth.roles import Role
from luoshi_common.ids import new_id
from luoshi_common.service import Service
from tests.engines import started_engines
from tests.stack import Stack, running
from tests.toy import services as toy

STREAM_BYTES = 1024**3
OFFICE = Actor.person(person_id=new_id(), unit_id=None, roles=frozenset({Role.OFFICE}))


@asynccontextmanager
async def toys(files: Path, *, services: Sequence[Service] = (toy.TASKS, toy.SCORING)) -> AsyncIterator[Stack]:
    """Toy services on engines of their own, ended and cleared away afterwards."""
    with started_engines() as engines:
        async with running(engines, services=services, files=files, stream_bytes=STREAM_BYTES) as stack:
            yield stack
