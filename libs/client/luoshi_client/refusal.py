"""问题: what a service answers when it refuses, as an exception."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

_STANDARD = frozenset({"type", "title", "status", "detail", "code", "instance", "request_id", "errors"})


class Refusal(Exception):
    """问题: the status, the code for machines, the sentence for people, and the facts of the refusal."""

    def __init__(self, *, status: int, code: str, title: str, document: Mapping[str, Any] | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.code = code
        self.title = title
        self.document = document or {}

    @property
    def facts(self) -> dict[str, Any]:
        """What the refusal names beside the standard fields."""
        return {name: fact for name, fact in self.document.items() if name not in _STANDARD}

    @property
    def detail(self) -> str:
        """The longer sentence; the title where there is none."""
        return str(self.document.get("detail") or self.title)

    @property
    def errors(self) -> Sequence[Mapping[str, str]]:
        """Path and message of each part of a malformed request that is wrong."""
        return list(self.document.get("errors", ()))

    @property
    def request_id(self) -> str:
        """The id under which the service logged the request; empty where it never arrived."""
        return str(self.document.get("request_id", ""))

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail}"


class Unreachable(Refusal):
    """无法连接: no answer came; whether anything was done is known only of requests with an idempotency key."""

    def __init__(self) -> None:
        super().__init__(status=503, code="unreachable", title="服务暂时无法连接")


def refusal_of(response: httpx.Response) -> Refusal:
    """Read a refusal; one that is not of ours (a proxy's) keeps its status."""
    document: Any = {}
    if "json" in response.headers.get("content-type", ""):
        try:
            document = response.json()
        except ValueError:
            document = {}
    if not isinstance(document, dict):
        document = {}
    return Refusal(
        status=response.status_code,
        code=str(document.get("code", f"http.{response.status_code}")),
        title=str(document.get("title") or response.reason_phrase or response.status_code),
        document=document,
    )
