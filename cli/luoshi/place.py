"""数据目录: where `luoshi up` keeps one city: engines, keys, files, and what it has already done."""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from luoshi.embedded.engine import FolderInUse
from luoshi.embedded.nats import EmbeddedNats
from luoshi.embedded.postgres import EmbeddedPostgres
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.tokens import load_or_make_key, public_keys
from luoshi_common.messaging.rights import BusUser
from luoshi_common.settings import ServiceSettings
from luoshi_console.settings import ConsoleSettings
from luoshi_directory.settings import DirectorySettings

DATABASE = "luoshi"
CONSOLE_ISSUER = "luoshi-console"


@dataclass(frozen=True)
class Place:
    """One city's data folder with its two engines."""

    folder: Path
    postgres: EmbeddedPostgres
    nats: EmbeddedNats

    @classmethod
    def at(cls, folder: Path) -> "Place":
        """Point to a folder; nothing is made or started yet."""
        folder = folder.absolute()
        return cls(folder, EmbeddedPostgres(folder / "postgres"), EmbeddedNats(folder / "nats"))

    def start_engines(self) -> None:
        """Start PostgreSQL and NATS.

        Raises:
            EngineFailed: with one clear sentence.
        """
        self.postgres.start()
        try:
            self.nats.start()
            self.note(postgres_port=self.postgres.port)
        except BaseException:
            self.postgres.stop()
            raise

    def stop_engines(self) -> None:
        """Stop both, the bus first."""
        self.nats.stop()
        self.postgres.stop()

    @contextlib.contextmanager
    def reached(self) -> Iterator[None]:
        """Use the engines: those of a running `luoshi up`, else started for as long as this lasts."""
        try:
            self.start_engines()
        except FolderInUse:
            self.postgres.port = self.notes["postgres_port"]
            yield
            return
        try:
            yield
        finally:
            self.stop_engines()

    @property
    def notes(self) -> dict[str, Any]:
        """What `up` remembers of this folder."""
        path = self.folder / "up.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found

    def note(self, **notes: Any) -> None:
        """Remember something, safely against a crash in between."""
        path, draft = self.folder / "up.json", self.folder / "up.json.new"
        draft.write_text(json.dumps({**self.notes, **notes}, ensure_ascii=False), encoding="utf-8")
        draft.replace(path)

    def database_url(self, role: str) -> SecretStr:
        """The address of a role in this city's database; makes role and schema."""
        self.postgres.ensure_database(DATABASE)
        dsn = self.postgres.ensure_service(role, database=DATABASE)
        return SecretStr(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))

    def issuers(self, issuer: str) -> dict[str, Any]:
        """Whose tokens count here: the console's, and those of the development issuer at this address."""
        return {
            CONSOLE_ISSUER: public_keys(load_or_make_key(self.folder / "keys" / "console.jwk")),
            issuer: public_keys(load_or_make_key(self.folder / "keys" / "issuer.jwk")),
        }

    def service_settings(self, name: str, *, city: str, issuer: str, services: tuple[str, ...]) -> ServiceSettings:
        """Settings of one service on the embedded engines."""
        settings = ServiceSettings(
            city=city,
            mode=Mode.DEVELOPMENT,
            bus_url=self.nats.url,
            services=services,
            issuers=self.issuers(issuer),
            database_url=self.database_url(name),
            bus_seed=SecretStr(self.nats.seed_of(BusUser(name), city=city)),
            files_folder=self.folder / "files" / name,
        )
        if name != "directory":
            return settings
        key = load_or_make_key(self.folder / "keys" / "issuer.jwk")
        return DirectorySettings(
            **dict(settings), issuer=issuer, issuer_key=SecretStr(json.dumps(key.as_dict(private=True)))
        )

    def console_settings(self, *, city: str, issuer: str) -> ConsoleSettings:
        """Settings of the console on the embedded engines."""
        return ConsoleSettings(
            city=city,
            mode=Mode.DEVELOPMENT,
            bus_url=self.nats.url,
            database_url=self.database_url("console"),
            bus_seed=SecretStr(self.nats.seed_of(BusUser.CONSOLE, city=city)),
            signing_key=self._key("console"),
            token_issuer=CONSOLE_ISSUER,
            oidc_issuer=issuer,
        )

    def _key(self, name: str) -> SecretStr:
        """A signing key of this city, made at the first call."""
        return SecretStr(json.dumps(load_or_make_key(self.folder / "keys" / f"{name}.jwk").as_dict(private=True)))


def default_folder() -> Path:
    """`LUOSHI_DATA`, else `data/` beside where the command is run."""
    return Path(os.environ.get("LUOSHI_DATA", "data"))
