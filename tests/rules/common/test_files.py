"""The file store: what is kept, what is refused, and that nothing half-written stays."""

import io
import os
import tracemalloc
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from luoshi_common.errors import Problem
from luoshi_common.files.download import download_headers
from luoshi_common.files.sniff import CSV, PLAIN, UNKNOWN, media_type_of
from luoshi_common.files.store import (
    FileEmpty,
    FileMissing,
    FileNameMisleading,
    FileStore,
    FileTooLarge,
    FileTypeRefused,
    StoredFile,
)

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40)
MEGABYTE = 1_048_576


def package(*parts: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for part in parts:
            archive.writestr(part, "<x/>")
    return whole.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
XLSX = package("[Content_Types].xml", "xl/workbook.xml")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ALLOWED = {PLAIN, CSV, "application/pdf", "image/png", WORD, SHEET}


class Upload:
    """A stream as an upload gives it: a piece at a time."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    async def read(self, size: int, /) -> bytes:
        return self._content.read(min(size, 100_000))


class Endless:
    """A stream that never ends."""

    async def read(self, size: int, /) -> bytes:
        return b"a" * size


class Broken:
    """A stream whose sender goes away after the first piece."""

    def __init__(self) -> None:
        self._pieces = [b"first"]

    async def read(self, _size: int, /) -> bytes:
        if not self._pieces:
            raise ConnectionResetError
        return self._pieces.pop()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


async def put(store: FileStore, content: bytes, *, name: str = "") -> StoredFile:
    return await store.put(Upload(content), limit_bytes=4 * MEGABYTE, allowed=ALLOWED, name=name)


async def content_of(store: FileStore, digest: str) -> bytes:
    return b"".join([piece async for piece in await store.open(digest)])


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestSniffing:
    @pytest.mark.parametrize(
        ("content", "media_type"),
        [
            (PNG, "image/png"),
            (JPEG, "image/jpeg"),
            (PDF, "application/pdf"),
            (DOCX, WORD),
            (XLSX, SHEET),
            (package("a.txt"), "application/zip"),
            (package("[Content_Types].xml", "word/vbaProject.bin"), "application/vnd.ms-office.vbaproject"),
            ("关于印发实施方案的通知\n一、总体要求".encode(), PLAIN),
            ("关于印发实施方案的通知".encode("gb18030"), PLAIN),
            ("\ufeff带标记的文本".encode(), PLAIN),
            ("任务,单位\n一,市水利局\n".encode(), CSV),
            (b"=cmd|' /C calc'!A0", PLAIN),
            (b"<!DOCTYPE html><p>hi</p>", "text/html"),
            ("先写几行正文\n<script>alert(1)</script>".encode(), PLAIN),
            (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
            (b'<?xml version="1.0"?><a/>', "application/xml"),
            (b"MZ\x90\x00" + bytes(60), "application/x-msdownload"),
            (b"\x7fELF" + bytes(60), "application/x-executable"),
            (bytes(100), UNKNOWN),
            (b"text with \x00 inside", UNKNOWN),
            (b"\xff\xff\xff\xff", UNKNOWN),
        ],
    )  # fmt: skip
    def test_reads_the_content(self, tmp_path: Path, content: bytes, media_type: str) -> None:
        path = tmp_path / "named-as.pdf"
        path.write_bytes(content)

        assert media_type_of(path) == media_type

    def test_takes_a_picture_with_an_archive_behind_it_for_neither(self, tmp_path: Path) -> None:
        path = tmp_path / "both"
        path.write_bytes(PNG + package("a.txt"))

        assert media_type_of(path) == UNKNOWN


class TestPut:
    async def test_keeps_the_content_by_its_digest(self, store: FileStore) -> None:
        kept = await put(store, PDF, name="报告.PDF")

        assert kept == StoredFile(sha256=sha256(PDF).hexdigest(), size=len(PDF), media_type="application/pdf")
        assert await content_of(store, kept.sha256) == PDF

    async def test_keeps_the_same_content_once(self, store: FileStore, tmp_path: Path) -> None:
        await put(store, PDF)
        await put(store, PDF)

        assert len(left_in(tmp_path)) == 1

    async def test_lets_only_its_owner_read(self, store: FileStore, tmp_path: Path) -> None:
        await put(store, PDF)

        (path,) = left_in(tmp_path)
        assert path.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize(
        ("content", "name", "refusal"),
        [
            (b"<html><script>alert(1)</script>", "report.pdf", FileTypeRefused),
            (b"MZ\x90\x00" + bytes(60), "photo.png", FileTypeRefused),
            (package("a.txt"), "plan.docx", FileTypeRefused),
            (PNG, "report.pdf", FileNameMisleading),
            (PDF, "report.docx", FileNameMisleading),
            (DOCX, "table.xlsx", FileNameMisleading),
            (b"", "empty.txt", FileEmpty),
        ],
    )
    async def test_refuses_the_wrong_content_under_the_right_name(
        self, store: FileStore, tmp_path: Path, content: bytes, name: str, refusal: type[Problem]
    ) -> None:
        with pytest.raises(refusal):
            await put(store, content, name=name)

        assert not left_in(tmp_path)

    async def test_stops_reading_at_the_limit(self, store: FileStore, tmp_path: Path) -> None:
        with pytest.raises(FileTooLarge):
            await store.put(Endless(), limit_bytes=MEGABYTE, allowed=ALLOWED)

        assert not left_in(tmp_path)

    async def test_takes_a_file_of_exactly_the_limit(self, store: FileStore) -> None:
        kept = await store.put(Upload(b"a" * 1000), limit_bytes=1000, allowed=ALLOWED)

        assert kept.size == 1000

    async def test_leaves_nothing_of_a_sender_who_went_away(self, store: FileStore, tmp_path: Path) -> None:
        with pytest.raises(ConnectionResetError):
            await store.put(Broken(), limit_bytes=MEGABYTE, allowed=ALLOWED)

        assert not left_in(tmp_path)

    async def test_never_holds_a_whole_file_in_memory(self, store: FileStore) -> None:
        content = (b"line of text\n" * 80_000)[: 32 * MEGABYTE] * 20
        upload = Upload(content)
        tracemalloc.start()

        await store.put(upload, limit_bytes=64 * MEGABYTE, allowed=ALLOWED)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert len(content) > 16 * MEGABYTE
        assert peak < 4 * MEGABYTE


class TestOpen:
    @pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "", "0" * 63 + "\n", "A" * 64])
    async def test_of_what_is_not_there(self, store: FileStore, digest: str) -> None:
        with pytest.raises(FileMissing):
            await store.open(digest)


class TestDownload:
    @pytest.mark.parametrize(
        ("name", "disposition"),
        [
            ("报告.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf"),
            ('a"b\r\nX: 1.pdf', "attachment; filename=\"a_b__X_ 1.pdf\"; filename*=UTF-8''a_b__X_%201.pdf"),
            ("../../x", "attachment; filename=\"_.._x\"; filename*=UTF-8''_.._x"),
            ("", "attachment; filename=\"file\"; filename*=UTF-8''file"),
        ],
    )
    def test_names_it_safely(self, name: str, disposition: str) -> None:
        headers = download_headers(StoredFile(sha256="0" * 64, size=3, media_type=PLAIN), name=name)

        assert headers["Content-Disposition"] == disposition
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]

    def test_is_written_in_bytes_that_a_header_can_carry(self) -> None:
        headers = download_headers(StoredFile(sha256="0" * 64, size=3, media_type=PLAIN), name="落实😀" + os.sep)

        assert all(value.isascii() for value in headers.values())
