"""数据目录: where `luoshi up` keeps one city: engines, keys, files, and what it has already done."""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import SecretStr

from luoshi.embedded.engine import EngineFailed, FolderInUse, KeptFile
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
            self.stop_engines()
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
        """What `up` remembers of this folder. Raises EngineFailed when it cannot be understood."""
        return KeptFile(self.folder / "up.json").read()

    def note(self, **notes: Any) -> None:
        """Remember something, safely against a crash in between."""
        with KeptFile(self.folder / "up.json").change() as kept:
            kept.update(notes)

    def database_url(self, role: str) -> SecretStr:
        """The address of a role in this city's database; makes role and schema."""
        self.postgres.ensure_database(DATABASE)
        dsn = self.postgres.ensure_service(role, database=DATABASE)
        return SecretStr(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))

    def issuers(self, issuer: str) -> dict[str, Any]:
        """Whose tokens count here: the console's, and those of the development issuer at this address."""
        return {
            CONSOLE_ISSUER: public_keys(self.key("console")),
            issuer: public_keys(self.key("issuer")),
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
        return DirectorySettings(**dict(settings), issuer=issuer, issuer_key=_secret(self.key("issuer")))

    def console_settings(self, *, city: str, issuer: str) -> ConsoleSettings:
        """Settings of the console on the embedded engines."""
        return ConsoleSettings(
            city=city,
            mode=Mode.DEVELOPMENT,
            bus_url=self.nats.url,
            database_url=self.database_url("console"),
            bus_seed=SecretStr(self.nats.seed_of(BusUser.CONSOLE, city=city)),
            signing_key=_secret(self.key("console")),
            token_issuer=CONSOLE_ISSUER,
            oidc_issuer=issuer,
        )

    def key(self, name: str) -> OKPKey:
        """A signing key of this city (`console`, `issuer`), made at the first call.

        Raises:
            EngineFailed: the file of the key cannot be understood.
        """
        path = self.folder / "keys" / f"{name}.jwk"
        try:
            return load_or_make_key(path)
        except (ValueError, JoseError) as damage:
            raise EngineFailed(f"密钥文件 {path} 已损坏，请从备份恢复；其他内容没有改动。") from damage


def _secret(key: OKPKey) -> SecretStr:
    return SecretStr(json.dumps(key.as_dict(private=True)))


def default_folder() -> Path:
    """`LUOSHI_DATA`, else `data/` beside where the command is run."""
    return Path(os.environ.get("LUOSHI_DATA", "data"))
