"""下载: headers with which a file that somebody handed in can be given to somebody else without harm."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from luoshi_common.files.store import StoredFile

_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|;%]')


def download_headers(file: StoredFile, *, name: str) -> Mapping[str, str]:
    """Always an attachment, never guessed at, never run; the name as RFC 5987 and an ASCII stand-in."""
    plain = _UNSAFE.sub("_", name).strip(". ") or "file"
    stand_in = plain.encode("ascii", "replace").decode().replace("?", "_")
    return {
        "Content-Type": file.media_type,
        "Content-Length": str(file.size),
        "Content-Disposition": f"attachment; filename=\"{stand_in}\"; filename*=UTF-8''{quote(plain, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{file.sha256}"',
    }
