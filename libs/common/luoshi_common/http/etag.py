"""版本标签: ETag is the version in quotes; a change says in If-Match which version it changes."""

import re

from luoshi_common.errors import Malformed, PreconditionRequired, StaleVersion

_VERSION = re.compile(r'"(\d{1,9})"')
_TAG = re.compile(r'(W/)?"[^"\x00-\x1f]*"')


class BadIfMatch(Malformed):
    """If-Match 无法识别: it must be one quoted version, as the ETag gave it."""

    code = "http.bad_if_match"
    title = "If-Match 的写法不正确，应为一个带引号的版本号"


def etag_of(version: int) -> str:
    """Write a version as an ETag."""
    return f'"{version}"'


def required_version(if_match: str | None) -> int:
    """Read the version; PreconditionRequired (428) without one, StaleVersion (412) for a tag that was never ours."""
    if if_match is None or if_match.strip() == "*":
        raise PreconditionRequired
    if version := _VERSION.fullmatch(if_match.strip()):
        return int(version[1])
    if _TAG.fullmatch(if_match.strip()):
        raise StaleVersion
    raise BadIfMatch


def optional_version(if_match: str | None) -> int | None:
    """Read the version where one is given."""
    return None if if_match is None else required_version(if_match)
