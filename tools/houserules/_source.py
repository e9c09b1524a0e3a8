"""One file of the project as the rules see it."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "dist", "build", "data", "vendor"})
TEXT_SUFFIXES = frozenset(
    {".py", ".md", ".toml", ".yaml", ".yml", ".ini", ".sh", ".html", ".css", ".js", ".json", ".lock", ".txt", ""}
)
NOT_FEATURES = frozenset({"migrations", "locale", "pages", "templates", "static"})
GENERATED = ("libs/common/luoshi_common/events/schemas/", "tests/contracts/openapi/", "tests/contracts/schemas/")
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Source:
    """A text file: its path from the root of the project with forward slashes, and what stands in it."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; empty for a file that is not Python."""
        return ast.parse(self.text if self.is_python else "", filename=self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, so that each rule walks a list instead of the tree."""
        return tuple(ast.walk(self.tree))

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]

    @property
    def is_python(self) -> bool:
        """Whether it is Python."""
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        """Whether it belongs to the tests."""
        return self.path.startswith("tests/")

    @property
    def is_product(self) -> bool:
        """Whether it is installed at a customer's: libraries, services, command line."""
        return self.path.startswith(("libs/", "services/", "cli/"))

    @property
    def feature(self) -> str | None:
        """`tasks.acceptance` for a file in a feature folder of a service, else None."""
        parts = self.path.split("/")
        if len(parts) < 5 or parts[0] != "services" or parts[1] == "console" or parts[3] in NOT_FEATURES:
            return None
        return f"{parts[1]}.{parts[3]}"

    @property
    def feature_file(self) -> str | None:
        """`rules.py` for the file itself of a feature; None in its sub-packages and outside features."""
        return self.name if self.feature and self.path.count("/") == 4 else None


def read_tree(root: Path) -> Iterator[Source]:
    """Read every text file of the project; hidden folders other than .ci, and generated files, are left out."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(n for n in folders if n not in SKIPPED_FOLDERS and (n[0] != "." or n == ".ci"))
        for name in sorted(names):
            path = Path(folder, name)
            relative = path.relative_to(root).as_posix()
            if path.suffix not in TEXT_SUFFIXES or relative.startswith(GENERATED) or path.stat().st_size > MAX_BYTES:
                continue
            try:
                yield Source(relative, path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue
