"""表单: what a browser posted, as plain texts and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from starlette.datastructures import FormData, UploadFile

from luoshi_common.errors import Malformed
from luoshi_console.views import N_


class FileMissing(Malformed):
    """未选择文件: the form came without its file."""

    code = "console.file_missing"
    title = N_("请选择文件")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """上传文件: name and bytes as the browser sent them; the service sniffs the type from the content."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """Name the content by its hash."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """表单: texts by field name, several where a field repeats, and files."""

    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    @classmethod
    async def read(cls, data: FormData) -> Self:
        """Take the posted data over; an empty file field counts as none."""
        texts: dict[str, list[str]] = {}
        files: dict[str, Upload] = {}
        for name, value in data.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files[name] = Upload(name=value.filename, content=await value.read())
            else:
                texts.setdefault(name, []).append(value)
        return cls(texts=texts, files=files)

    def __bool__(self) -> bool:
        return bool(self.texts or self.files)

    def __contains__(self, name: str) -> bool:
        return name in self.texts

    def text(self, name: str, default: str = "") -> str:
        """Return the trimmed text of a field."""
        return self.texts[name][-1].strip() if name in self.texts else default

    def texts_of(self, name: str) -> tuple[str, ...]:
        """Return every value of a repeated field."""
        return tuple(self.texts.get(name, ()))

    def number(self, name: str) -> int | None:
        """Return the whole number of a field, None when there is none."""
        return int(said) if (said := self.text(name)).isascii() and said.isdigit() else None
