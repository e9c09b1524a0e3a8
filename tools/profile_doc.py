"""Write docs/profile.md: every setting of the city profile with its default, meaning and source.

`python -m tools.profile_doc` writes it, `--check` only says whether it is up to date.
"""

import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from luoshi_common.policy.loader import default_values, load_profile, source_of
from luoshi_common.policy.profile import Profile

PAGE = Path(__file__).resolve().parents[1] / "docs" / "profile.md"
HEAD = """# City profile

Generated from the models and `defaults.toml` in `libs/common/luoshi_common/policy` by `python -m tools.profile_doc`.
A city's profile is a document with the same names that says only what differs; it is refused, with the path, when a
setting is unknown, malformed, in contradiction with another, or against the burden rule.

Limits are written `15min`, `24h` (both 7×24), `2wh` (service hours), `5wd` (working days), `7d` (calendar days).
"""


class Setting(NamedTuple):
    """One setting: its path, default as written in TOML, meaning and source."""

    path: str
    default: str
    meaning: str
    source: str


def settings() -> Iterator[Setting]:
    """Yield every setting of the default profile in the order of the models."""
    yield from _of_model(Profile, load_profile().model_dump(mode="json"), default_values(), "")


def page() -> str:
    """Write the whole page."""
    parts = [HEAD]
    for area, field in Profile.model_fields.items():
        parts.append(f"\n## `{area}` {_title_of(field.annotation) or field.description or ''}\n")
        parts.append("| Setting | Default | Meaning | Source |\n|---|---|---|---|")
        rows = (row for row in settings() if row.path.split(".")[0] == area)
        parts.extend(f"| `{row.path}` | {row.default} | {row.meaning} | {row.source} |" for row in rows)
    return "\n".join(parts) + "\n"


def _of_model(
    model: type[BaseModel], values: Mapping[str, Any], written: Mapping[str, Any], above: str
) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        path = f"{above}{name}"
        area, entry = _model_of(field.annotation), _entry_of(field.annotation)
        if area is not None:
            yield from _of_model(area, values[name], written[name], f"{path}.")
        elif entry is not None:
            for key, value in values[name].items():
                yield from _of_model(entry, value, written[name][key], f"{path}.{key}.")
        else:
            yield Setting(path, _toml(written.get(name, values[name])), field.description or "", source_of(path) or "")


def _model_of(annotation: object) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _entry_of(annotation: object) -> type[BaseModel] | None:
    """Give the model of the entries of an open table."""
    return next(filter(None, map(_model_of, get_args(annotation))), None) if _is_table(annotation) else None


def _is_table(annotation: object) -> bool:
    return getattr(annotation, "__origin__", None) is dict


def _title_of(annotation: object) -> str:
    model = _model_of(annotation)
    return (model.__doc__ or "").splitlines()[0] if model else ""


def _toml(value: object) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return f"`{str(value).lower()}`"
        case int() | Decimal():
            return f"`{value}`"
        case Mapping():
            return "<br>".join(f"`{name}` = {_toml(entry)}" for name, entry in value.items())
        case list():
            return f"`{_list(value)}`"
        case _:
            return f"`{value}`"


def _list(value: object) -> str:
    return f"[{', '.join(map(_list, value))}]" if isinstance(value, list) else str(value)


def main(arguments: list[str]) -> int:
    """Write the page, or with --check compare it; 1 when it is out of date."""
    text = page()
    if "--check" in arguments:
        current = PAGE.read_text("utf-8") if PAGE.is_file() else ""
        print("docs/profile.md is up to date" if current == text else "docs/profile.md is out of date: make docs")
        return int(current != text)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
