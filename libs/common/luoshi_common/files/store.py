"""文件库: a local folder of files named by the SHA-256 of their content; the same content is kept once."""

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from luoshi_common.errors import Malformed, NotFound, TooLarge, UnsupportedMedia
from luoshi_common.files.sniff import honest_name, media_type_of

_CHUNK = 262_144
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Readable(Protocol):
    """A stream that is read piece by piece: an upload."""

    async def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """已存文件: its digest, its size in bytes, and what it is."""

    sha256: str
    size: int
    media_type: str


class FileTooLarge(TooLarge):
    """文件过大."""

    code = "files.too_large"
    title = "文件超过大小限制（{limit_bytes} 字节）"


class FileTypeRefused(UnsupportedMedia):
    """文件类型不接受: by its content."""

    code = "files.type_refused"
    title = "不接受这种类型的文件（按内容识别为 {media_type}）"


class FileNameMisleading(UnsupportedMedia):
    """文件名与内容不符: the ending of the name says another type than the content has."""

    code = "files.name_misleading"
    title = "文件名与内容不符（按内容识别为 {media_type}）"


class FileEmpty(Malformed):
    """空文件."""

    code = "files.empty"
    title = "文件是空的"


class FileMissing(NotFound):
    """文件不存在."""

    code = "files.missing"
    title = "未找到该文件"


class FileStore:
    """文件库: writes beside, makes it last, then renames; so a file is there in full or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arriving = folder / "arriving"
        self._arriving.mkdir(parents=True, exist_ok=True)

    async def put(self, stream: Readable, *, limit_bytes: int, allowed: Collection[str], name: str = "") -> StoredFile:
        """Keep what the stream holds.

        Raises:
            FileTooLarge, FileEmpty: by what was read of it.
            FileTypeRefused: its content is of no type in `allowed`.
            FileNameMisleading: `name`, if given, claims another type.
        """
        descriptor, path = await asyncio.to_thread(tempfile.mkstemp, dir=self._arriving)
        arriving = Path(path)
        try:
            with os.fdopen(descriptor, "wb") as file:
                digest, size = await _copy(stream, file, limit_bytes=limit_bytes)
            media_type = await asyncio.to_thread(media_type_of, arriving)
            if media_type not in allowed:
                raise FileTypeRefused(media_type=media_type, allowed=sorted(allowed))
            if not honest_name(name, media_type=media_type):
                raise FileNameMisleading(media_type=media_type)
            await asyncio.to_thread(self._keep, arriving, digest)
        finally:
            await asyncio.to_thread(arriving.unlink, missing_ok=True)
        return StoredFile(sha256=digest, size=size, media_type=media_type)

    async def open(self, sha256: str) -> AsyncIterator[bytes]:
        """Give the content piece by piece; FileMissing before the first piece if there is none."""
        path = self._path_of(sha256)
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except FileNotFoundError as cause:
            raise FileMissing from cause
        return _pieces(file)

    def _path_of(self, sha256: str) -> Path:
        if _DIGEST.fullmatch(sha256) is None:
            raise FileMissing
        return self._folder / sha256[:2] / sha256

    def _keep(self, arriving: Path, digest: str) -> None:
        place = self._path_of(digest)
        place.parent.mkdir(exist_ok=True)
        arriving.replace(place)
        place.chmod(0o600)
        _make_last(place.parent)


async def _copy(stream: Readable, file: BinaryIO, *, limit_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0

    def take(chunk: bytes) -> None:
        digest.update(chunk)
        file.write(chunk)

    while chunk := await stream.read(_CHUNK):
        size += len(chunk)
        if size > limit_bytes:
            raise FileTooLarge(limit_bytes=limit_bytes)
        await asyncio.to_thread(take, chunk)
    if not size:
        raise FileEmpty
    await asyncio.to_thread(_flush, file)
    return digest.hexdigest(), size


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _make_last(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
    finally:
        file.close()
