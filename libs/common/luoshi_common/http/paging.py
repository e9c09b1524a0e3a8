"""分页: keyset pages; a cursor is the key of the last row shown, opaque to the caller."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request
from pydantic import BaseModel, TypeAdapter, ValidationError

from luoshi_common.errors import Malformed
from luoshi_common.http.limits import EdgeLimits

type Key = str | int | datetime | date | UUID | None


class BadCursor(Malformed):
    """页码标记无效: it was not given out by this list."""

    code = "http.bad_cursor"
    title = "翻页标记无效，请从第一页重新开始"


class Page[T](BaseModel):
    """页: the rows, and the cursor of the next page (null on the last)."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """翻页请求: how many rows, after which."""

    after: str | None
    limit: int

    @property
    def fetch(self) -> int:
        """How many rows to select: one more than shown tells whether there is a next page."""
        return self.limit + 1

    def keys(self, *kinds: Any) -> tuple[Any, ...] | None:
        """Read the key of the last row shown, one value per kind (UUID, datetime, int | None …); None on page one."""
        return None if self.after is None else keys_of(self.after, *kinds)

    def page[R, T](self, rows: Sequence[R], *, key: Callable[[R], tuple[Key, ...]], out: Callable[[R], T]) -> Page[T]:
        """Make the page of what was fetched."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        return Page(items=[out(row) for row in shown], next=cursor_of(*key(shown[-1])) if more else None)


def cursor_of(*keys: Key) -> str:
    """Write a key as a cursor."""
    return base64.urlsafe_b64encode(orjson.dumps(keys, default=str)).rstrip(b"=").decode()


def keys_of(cursor: str, *kinds: Any) -> tuple[Any, ...]:
    """Read a cursor; BadCursor if it is not one of ours."""
    try:
        values = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(kinds) or "\x00" in "".join(map(str, values)):
            raise BadCursor
        return tuple(TypeAdapter(kind).validate_python(value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, binascii.Error, ValidationError) as cause:
        raise BadCursor from cause


def _page_request(
    request: Request,
    after: Annotated[str | None, Query(description="Cursor of the last row shown", max_length=1024)] = None,
    limit: Annotated[int | None, Query(description="Rows on a page", ge=1)] = None,
) -> PageRequest:
    limits: EdgeLimits = request.app.state.limits()
    return PageRequest(after=after, limit=min(limit or limits.page, limits.longest_page))


Paging = Annotated[PageRequest, Depends(_page_request)]
