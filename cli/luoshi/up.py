"""`luoshi up`: one city alive from one command: engines, schemas, streams, services, console, demo city and its story.

Run again it goes on with the same folder. Ctrl-C stops everything. What fails says so in one sentence; nothing is lost.
"""

import asyncio
import contextlib
import signal
import socket
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from rich.console import Console as Terminal
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from luoshi.bus import consumers_of, declare_city
from luoshi.demo.city import CITY, load_demo_city
from luoshi.demo.story import Story
from luoshi.embedded.engine import EngineFailed
from luoshi.host import Host, NotReady
from luoshi.place import Place
from luoshi.services import NAMES, load
from luoshi_client.refusal import Refusal
from luoshi_common.db.engine import DATABASE_ERRORS
from luoshi_common.messaging.connection import BusUnreachable
from luoshi_common.messaging.rights import BusUser
from luoshi_common.observability import logs
from luoshi_common.service import Service
from luoshi_console.session import migrate as migrate_console

HOST = "127.0.0.1"
STOP_SECONDS = 5


class PortTaken(EngineFailed):
    """The port of the board is in use; says which and what to do."""


@dataclass
class Steps:
    """What the person at the terminal sees while it takes time."""

    progress: Progress
    task: TaskID

    def say(self, text: str) -> None:
        """Finish one step and name the next."""
        self.progress.update(self.task, description=text, advance=1)


def up(*, folder: Path, port: int, story: bool = True) -> None:
    """Start a city in a folder and serve it until Ctrl-C.

    Raises:
        EngineFailed: port taken, folder in use, disk full, engine broken; nothing is lost.
    """
    # A library's notice about its own future is no news for the person at the terminal.
    warnings.filterwarnings("ignore", message="The httpx module is deprecated")
    refuse_taken_port(port)
    place = Place.at(folder)
    terminal = Terminal(stderr=True)
    with contextlib.ExitStack() as stack:
        progress = stack.enter_context(
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=terminal,
                transient=True,
            )
        )
        steps = Steps(progress, progress.add_task("启动数据库与消息总线", total=7))
        place.start_engines()
        stack.callback(place.stop_engines)
        # Whoever ends the process, the engines are stopped: uvicorn hands the signal on when it has shut down.
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        with told_as_one_sentence():
            asyncio.run(_serve(place, port=port, steps=steps, tell=story))


@contextlib.contextmanager
def told_as_one_sentence() -> Iterator[None]:
    """Turn what can go wrong on the way up into EngineFailed; a fault of ours keeps its traceback."""
    try:
        yield
    except (BusUnreachable, NotReady, Refusal) as failure:
        raise EngineFailed(f"城市未能启动：{failure}") from failure
    except DATABASE_ERRORS as failure:
        said = str(getattr(failure, "orig", None) or failure).strip().splitlines() or [type(failure).__name__]
        raise EngineFailed(f"数据库未能完成操作：{said[0]}") from failure


async def _serve(place: Place, *, port: int, steps: Steps, tell: bool) -> None:
    logs.configure(city=CITY, level="WARNING")
    issuer = f"http://{HOST}:{port}/api/directory/dev/oidc"
    services = load()
    steps.say("建立数据表与消息流")
    host = await prepare(place, services=services, issuer=issuer)
    async with serving(host, port=port) as server:
        steps.say("启动各服务")
        await host.start()
        try:
            await load_demo_city(host.runtimes["directory"])
            await host.wait_until_ready()
            if tell and not place.notes.get("story_told"):
                await Story(base_url=f"http://{HOST}:{port}", issuer=issuer).play(steps.progress)
                place.note(story_told=True)
            steps.progress.stop()
            place.note(address=f"http://{HOST}:{port}")
            print(f"http://{HOST}:{port}/", flush=True)  # noqa: T201 - the address is the product of this command
            await server.finished.wait()
        finally:
            await host.stop()


async def prepare(place: Place, *, services: Sequence[Service], issuer: str) -> Host:
    """Make accounts, roles, schemas, streams and consumers; run again, it changes nothing."""
    place.nats.ensure_city(CITY, consumers=consumers_of(services, city=CITY))
    settings = {
        service.name: place.service_settings(service.name, city=CITY, issuer=issuer, services=NAMES)
        for service in services
    }
    console = place.console_settings(city=CITY, issuer=issuer)
    host = Host(services=services, settings=settings, console_settings=console)
    await host.migrate()
    await migrate_console(console.database_url.get_secret_value())
    seed = place.nats.seed_of(BusUser.MIGRATION, city=CITY)
    await declare_city(url=place.nats.url, seed=seed, city=CITY, services=services)
    return host


@dataclass
class Serving:
    """The HTTP server while it runs."""

    finished: asyncio.Event


@contextlib.asynccontextmanager
async def serving(host: Host, *, port: int) -> AsyncIterator[Serving]:
    """Serve the city's application; leaving stops it, and so does Ctrl-C."""
    config = uvicorn.Config(
        host, host=HOST, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=STOP_SECONDS
    )
    server = uvicorn.Server(config)
    finished = asyncio.Event()
    task = asyncio.create_task(server.serve())
    task.add_done_callback(lambda _: finished.set())
    while not server.started and not task.done():  # noqa: ASYNC110 - the server has a flag, no event
        await asyncio.sleep(0.02)
    if task.done():
        raise EngineFailed(f"端口{port}上的服务未能启动，详见上方日志。")
    try:
        yield Serving(finished)
    finally:
        server.should_exit = True
        await task


def refuse_taken_port(port: int) -> None:
    """Raise PortTaken if somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            raise PortTaken(f"端口{port}已被占用：请先停止占用它的程序，或用 --port 换一个端口。") from taken
