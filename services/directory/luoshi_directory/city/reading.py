"""读取城市资料: the YAML files of a folder become one document; what is wrong is told with file and line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from luoshi_common.http.validation import told
from luoshi_common.i18n import Language
from luoshi_directory.city.document import CityDocument
from luoshi_directory.city.rules import find_in_city
from luoshi_directory.entries import Finding, Level, Place

_NO_ALIASES = "anchors and aliases are not used here"
_REQUIRED = frozenset({"city", "units"})


@dataclass(frozen=True, kw_only=True)
class CityReading:
    """读取结果: the document unless an error was found, and every finding."""

    city: CityDocument | None
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether it may be loaded."""
        return self.city is not None


class _Loader(yaml.SafeLoader):
    """YAML without surprises: 14:00 is no number, and yes or no are no truth values."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":int", ":bool", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?[0-9]+$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), ["t", "f"])


def read_city(folder: Path) -> CityReading:
    """Read `city.yaml`, `units.yaml`, `groups.yaml`, `people.yaml`, `posts.yaml`, `profile.yaml`, `calendar.yaml`.

    Never raises for what stands in the files: unreadable ones, broken YAML, unknown keys and wrong references are
    findings with file and line.
    """
    nodes: dict[str, yaml.Node] = {}
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for name in CityDocument.model_fields:
        path = folder / f"{name}.yaml"
        if not path.is_file():
            if name in _REQUIRED:
                findings.append(Finding(code="file_missing", message="缺少此文件", path=(name,), file=path.name))
            continue
        try:
            node = _composed(path.read_text(encoding="utf-8"))
            values[name], nodes[name] = _constructed(node), node
            findings += [replace(finding, path=(name,), file=path.name) for finding in _doubled_keys(node)]
        except UnicodeDecodeError:
            findings.append(Finding(code="not_utf8", message="文件不是 UTF-8 编码", path=(name,), file=path.name))
        except (yaml.YAMLError, ValueError) as problem:
            findings.append(_broken(problem, name))
    if findings:
        return CityReading(city=None, findings=tuple(findings))
    return _checked(values, nodes)


def _checked(values: dict[str, Any], nodes: dict[str, yaml.Node]) -> CityReading:
    try:
        city = CityDocument.model_validate(values)
    except ValidationError as problem:
        return CityReading(city=None, findings=tuple(_placed(f, nodes) for f in _misshapen(problem)))
    findings = tuple(_placed(finding, nodes) for finding in find_in_city(city))
    faulty = any(finding.level is Level.ERROR for finding in findings)
    return CityReading(city=None if faulty else city, findings=findings)


def _constructed(node: yaml.Node) -> Any:
    loader = _Loader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _composed(text: str) -> yaml.Node:
    """The node tree of the one document; anchors are refused, so that no file can be larger than it looks."""
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem=_NO_ALIASES, problem_mark=event.start_mark)  # type: ignore[arg-type]
    node = yaml.compose(text, _Loader)
    if node is None:
        raise ValueError("the file is empty")
    return node


def _broken(problem: Exception, name: str) -> Finding:
    mark = getattr(problem, "problem_mark", None)
    said = getattr(problem, "problem", None) or str(problem)
    line = mark.line + 1 if mark is not None else None
    return Finding(code="yaml", message=f"YAML 无法读取：{said}", path=(name,), file=f"{name}.yaml", line=line)


def _misshapen(problem: ValidationError) -> Iterator[Finding]:
    for error in problem.errors(include_url=False, include_input=False):
        [said] = told([error], language=Language.CHINESE)
        code = "unknown_key" if error["type"] == "extra_forbidden" else "bad_value"
        path: Place = error["loc"]
        yield Finding(code=code, message=f"{_spoken(path[1:])}{said['message']}", path=path)


def _spoken(path: Place) -> str:
    return f"{'.'.join(str(step) for step in path)} " if path else ""


def _doubled_keys(node: yaml.Node) -> Iterator[Finding]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                yield Finding(code="duplicate_key", message=f"键“{key.value}”重复", path=(), line=line)
            seen.add(key.value)
            yield from _doubled_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for below in node.value:
            yield from _doubled_keys(below)


def _placed(finding: Finding, nodes: dict[str, yaml.Node]) -> Finding:
    name, *steps = finding.path
    node = nodes.get(str(name))
    line = _line(node, steps) if node is not None else None
    return replace(finding, file=f"{name}.yaml", line=line)


def _line(node: yaml.Node, steps: list[str | int]) -> int:
    """The line (from 1) of the deepest node on the way; a key's own line where the value is what is wrong."""
    line = node.start_mark.line
    for step in steps:
        below: yaml.Node | None = None
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            below = node.value[step]
            line = below.start_mark.line
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    below, line = value, key.start_mark.line
        if below is None:
            break
        node = below
    return int(line) + 1
