"""往来: one caller's dealings with one service, over the network or with an application in the same process."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Any
from uuid import uuid4

import httpx
from pydantic import BaseModel, ConfigDict

from luoshi_client.refusal import Refusal, Unreachable, refusal_of

__all__ = [
    "Answer",
    "Download",
    "Patience",
    "Refusal",
    "ServiceSession",
    "Unreachable",
    "Upload",
    "Value",
    "local_client",
]

VERSION = "/v1"
_ETAG = re.compile(r'"(\d+)"')
_OF_A_FILE = ("content-type", "content-disposition", "content-length", "x-content-type-options")
_TRY_AGAIN = frozenset({429, 503})

type Upload = tuple[str, bytes | IO[bytes], str]
"""Name, content, media type."""


class Value(BaseModel):
    """值: base of what services answer; a field that a newer service adds does no harm."""

    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """答复: the data, the version to change it by, and where a new thing stands."""

    data: Any
    version: int | None
    location: str | None
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """下载: name, type and size of a file as its service gives them, and the content."""

    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """耐心: how often a request is tried, and how long it waits before one more try, in seconds."""

    tries: int = 4
    first_wait: float = 0.2
    longest_wait: float = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """What is sent, the same in every try."""

    method: str
    path: str
    params: Mapping[str, Any]
    json: Any
    form: Mapping[str, str] | None
    files: Mapping[str, Upload] | None
    headers: Mapping[str, str]

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when nobody knows if it arrived."""
        return self.method == "GET" or "Idempotency-Key" in self.headers


def local_client(app: Any, *, base_url: str = "http://luoshi") -> httpx.AsyncClient:
    """Speak to an application in this process; nothing goes over the network."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base_url)


class ServiceSession:
    """往来: sends requests to the service below `root`, in a person's name, and tries again what is worth it.

    `token` gives the bearer token before each try, so that a short one is never stale; `carried` gives headers that
    travel with every request (traceparent).

    Every call raises Refusal where the service refuses (or is still busy after the last try), Unreachable where no
    answer came.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        root: str = "",
        token: Callable[[], str] | None = None,
        language: str = "zh-CN",
        carried: Callable[[], Mapping[str, str]] = dict,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._root = root + VERSION
        self._token = token
        self._language = language
        self._carried = carried
        self._patience = patience or Patience()

    async def get(self, path: str, **params: Any) -> Answer:
        """Read; parameters that are None are left out."""
        return await self._ask("GET", path, params=params)

    async def each(self, path: str, **params: Any) -> AsyncIterator[Any]:
        """Walk a whole list, page after page."""
        after = None
        while True:
            page = (await self.get(path, **params, after=after)).data
            for entry in page["items"]:
                yield entry
            after = page["next"]
            if after is None:
                return

    async def post(
        self,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, Upload] | None = None,
        version: int | None = None,
        key: str | None = None,
    ) -> Answer:
        """Make something, once: the idempotency key, `key` or a fresh one, stays the same in every try."""
        return await self._ask("POST", path, json=json, form=form, files=files, version=version, key=key or uuid4().hex)

    async def put(self, path: str, *, json: Any = None, version: int | None = None) -> Answer:
        """Change the version that was read."""
        return await self._ask("PUT", path, json=json, version=version)

    @asynccontextmanager
    async def download(self, path: str) -> AsyncIterator[Download]:
        """Read a file piece by piece, while the context lasts."""
        try:
            async with self._client.stream("GET", self._root + path, headers=self._headers({})) as response:
                if response.is_error:
                    await response.aread()
                    raise refusal_of(response)
                kept = {name: response.headers[name] for name in _OF_A_FILE if name in response.headers}
                yield Download(headers=kept, pieces=response.aiter_bytes())
        except httpx.TransportError as cause:
            raise Unreachable from cause

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, Upload] | None = None,
        version: int | None = None,
        key: str | None = None,
    ) -> Answer:
        own = {"If-Match": f'"{version}"'} if version is not None else {}
        if key is not None:
            own["Idempotency-Key"] = key
        given = {name: value for name, value in (params or {}).items() if value is not None}
        ask = _Ask(method=method, path=path, params=given, json=json, form=form, files=files, headers=own)
        return _answer_of(await self._persist(ask))

    async def _persist(self, ask: _Ask) -> httpx.Response:
        wait = self._patience.first_wait
        for left in reversed(range(self._patience.tries)):
            pause = wait
            try:
                response = await self._send(ask)
            except httpx.TransportError as cause:
                if not left or not ask.repeatable:
                    raise Unreachable from cause
            else:
                if not response.is_error:
                    return response
                pause = _pause_of(response, otherwise=wait)
                if response.status_code not in _TRY_AGAIN or not left or pause > self._patience.longest_wait:
                    raise refusal_of(response)
            await asyncio.sleep(min(pause, self._patience.longest_wait))
            wait *= 2
        raise AssertionError("the last try has returned or raised")

    async def _send(self, ask: _Ask) -> httpx.Response:
        for _, content, _ in (ask.files or {}).values():
            if not isinstance(content, bytes):
                content.seek(0)
        return await self._client.request(
            ask.method,
            self._root + ask.path,
            params=dict(ask.params),
            json=ask.json,
            data=ask.form,
            files=ask.files,
            headers=self._headers(ask.headers),
        )

    def _headers(self, own: Mapping[str, str]) -> dict[str, str]:
        headers = {"Accept-Language": self._language, **self._carried(), **own}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token()}"
        return headers


def _pause_of(response: httpx.Response, *, otherwise: float) -> float:
    try:
        return float(response.headers.get("retry-after", ""))
    except ValueError:
        return otherwise


def _answer_of(response: httpx.Response) -> Answer:
    etag = _ETAG.fullmatch(response.headers.get("etag", ""))
    return Answer(
        data=response.json() if response.content else None,
        version=int(etag[1]) if etag else None,
        location=response.headers.get("location"),
        replayed=response.headers.get("idempotency-replayed") == "true",
    )
