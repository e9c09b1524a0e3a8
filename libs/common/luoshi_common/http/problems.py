"""问题文档: every refusal as application/problem+json (RFC 9457), in the caller's language, Chinese by default."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.responses import Response

from luoshi_common.errors import (
    Forbidden,
    Malformed,
    NotFound,
    Problem,
    Refused,
    TooLarge,
    TryLater,
    Unauthenticated,
    UnsupportedMedia,
)
from luoshi_common.http.validation import told
from luoshi_common.i18n import Term, package_of, say, translate

MEDIA_TYPE: Final = "application/problem+json"


class Unexpected(Problem):
    """意外: a fault of ours; the request id finds it in the logs."""

    code = "unexpected"
    title = "系统出现意外，未作任何更改；请将编号 {request_id} 告知系统管理员"


class Unavailable(TryLater):
    """暂不可用: the database or the bus is away; an operational state."""

    status = 503
    code = "unavailable"
    title = "系统暂时不可用，请在 {retry_after} 秒后重试"


class NotReady(TryLater):
    """尚未就绪: the service has not caught up yet; `reasons` say with what."""

    status = 503
    code = "not_ready"
    title = "服务尚未就绪"


class MethodNotAllowed(Problem):
    """不支持的方法."""

    status = 405
    code = "method_not_allowed"
    title = "此地址不支持这种操作"


class Unreadable(Malformed):
    """无法读懂: the body or the parameters do not have the shape asked for; `errors` say where."""

    code = "malformed"
    title = "请求的内容或格式不正确"

    def __init__(self, errors: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__()
        self.errors = errors


_BY_STATUS: Mapping[int, type[Problem]] = {
    400: Unreadable,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    409: Refused,
    413: TooLarge,
    415: UnsupportedMedia,
    422: Unreadable,
}


def problem_of(status: int, *, request_id: str, retry_after: int) -> Problem:
    """Give our problem for a status that the framework answered with."""
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return Unavailable(retry_after=retry_after)
    kind = _BY_STATUS.get(status)
    return kind() if kind else Unexpected(request_id=request_id)


def document_of(problem: Problem, *, language: str, instance: str, request_id: str) -> dict[str, Any]:
    """Write the problem as its document; facts never hide the standard fields."""
    title = say(problem, language=language)
    package = package_of(type(problem))
    document: dict[str, Any] = {
        name: plain(fact, language=language, package=package) for name, fact in problem.facts.items()
    }
    document |= {
        "type": f"urn:luoshi:problem:{problem.code}",
        "title": title,
        "status": problem.status,
        "detail": title,
        "code": problem.code,
        "instance": instance,
        "request_id": request_id,
    }
    if isinstance(problem, Unreadable) and problem.errors:
        document["errors"] = told(problem.errors, language=language)
        document["detail"] = "; ".join(f"{error['path']}: {error['message']}" for error in document["errors"])
    return document


def response_of(problem: Problem, *, language: str, instance: str, request_id: str) -> Response:
    """Answer with the problem."""
    document = document_of(problem, language=language, instance=instance, request_id=request_id)
    headers = {"Content-Language": language}
    if isinstance(problem, TryLater):
        headers["Retry-After"] = str(problem.retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps(document), status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


def plain(fact: object, *, language: str, package: str) -> Any:
    """Write a fact as JSON: instants in UTC with Z, amounts as strings, terms in the caller's language."""
    match fact:
        case None | bool() | int() | float():
            return fact
        case Term():
            return translate(str(fact), language=language, package=package)
        case Enum():
            return plain(fact.value, language=language, package=package)
        case datetime():
            return fact.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return fact.isoformat()
        case Decimal():
            return str(fact)
        case Mapping():
            return {str(name): plain(value, language=language, package=package) for name, value in fact.items()}
        case set() | frozenset():
            return sorted((plain(item, language=language, package=package) for item in fact), key=str)
        case list() | tuple():
            return [plain(item, language=language, package=package) for item in fact]
        case _:
            return str(fact)
