"""幂等键: reads the claim of a creating request and gives a repeat the answer of the first."""

import hashlib
import re
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from luoshi_common.auth.actor import Actor
from luoshi_common.errors import Malformed, Refused
from luoshi_common.http.arrival import path_of
from luoshi_common.http.problems import Unreadable
from luoshi_common.idempotency import IdempotencyClaim, StoredAnswer

_KEY = re.compile(r"[\x21-\x7e]{8,128}")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_CHUNK = 65_536


class KeyMissing(Malformed):
    """缺少幂等键: a creating request must carry an Idempotency-Key."""

    code = "http.idempotency_key_missing"
    title = "新建请求必须带有 Idempotency-Key"


class BadKey(Malformed):
    """幂等键不正确: 8 to 128 visible ASCII characters."""

    code = "http.bad_idempotency_key"
    title = "Idempotency-Key 应为 8 至 128 个可见的 ASCII 字符"


class KeyReused(Malformed):
    """幂等键被重复使用: the same key came with another body."""

    code = "http.idempotency_key_reused"
    title = "同一 Idempotency-Key 已用于内容不同的请求"


class TwinInProgress(Refused):
    """相同请求正在办理: its twin has not been answered yet."""

    code = "http.twin_in_progress"
    title = "相同的请求正在办理，请稍后查看结果"


class Replayed(Exception):
    """重放: the stored answer is the answer."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__()
        self.answer = answer

    def response(self) -> Response:
        """Give the stored answer again, marked as such."""
        headers = dict(self.answer.headers) | {"Idempotency-Replayed": "true"}
        return Response(self.answer.body, status_code=self.answer.status, headers=headers)


async def claim_of(request: Request, *, actor: Actor, key: str | None) -> IdempotencyClaim:
    """Read the claim; KeyMissing or BadKey without a usable key."""
    if key is None:
        raise KeyMissing
    if _KEY.fullmatch(key) is None:
        raise BadKey
    return IdempotencyClaim(
        actor_id=actor.id,
        method=request.method,
        path=path_of(request.scope),
        key=key,
        body_sha256=await _digest_of(request),
    )


def replay(answer: StoredAnswer, *, claim: IdempotencyClaim) -> Replayed | KeyReused:
    """Say what a stored answer means for this claim: the answer again, or a key used twice."""
    return Replayed(answer) if answer.body_sha256 == claim.body_sha256 else KeyReused()


async def refuse_nul(request: Request) -> None:
    """Raise Unreadable if a text of the body holds a NUL, which no database column can."""
    if _is_form(request):
        form = await request.form()
        held = any("\x00" in name or (isinstance(value, str) and "\x00" in value) for name, value in form.multi_items())
    else:
        held = _NUL.search(await request.body()) is not None
    if held:
        raise Unreadable([{"type": "nul", "loc": ("body",)}])


async def _digest_of(request: Request) -> str:
    """Digest what the body says: a form's boundary differs in each try, its fields and files do not."""
    if not _is_form(request):
        return hashlib.sha256(await request.body()).hexdigest()
    said: list[tuple[str, Any]] = []
    for name, value in (await request.form()).multi_items():
        said.append((name, await _file_digest(value) if isinstance(value, UploadFile) else value))
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


async def _file_digest(file: UploadFile) -> list[str]:
    digest = hashlib.sha256()
    while chunk := await file.read(_CHUNK):
        digest.update(chunk)
    await file.seek(0)
    return [file.filename or "", digest.hexdigest()]


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")
