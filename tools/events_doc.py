"""docs/events.md: the catalogue for people who subscribe; `--check` only compares.

Names, meanings and examples come from the payload classes, listeners from the subscribers of the services.
"""

import argparse
import importlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs/events.md"
GUIDE = ROOT / "tools/events_guide.md"
CITY = "360600"
MOMENT = datetime(2026, 1, 6, 1, 0, tzinfo=UTC)
SUBJECTS = {  # what a fact is about, where it is not the plural of its entity
    "audit.sealed": "services",
    "calendar.published": "calendar_years",
    "city.loaded": "cities",
    "clock.reached": "services",
    "person.changed": "people",
}
EVERYWHERE = {
    "id": "Its id.",
    "code": "Its stable key.",
    "name": "Its name.",
    "title": "Its title.",
    "year": "The year it belongs to.",
    "no": "Its number in the plan.",
    "plan_id": "The plan it comes from.",
    "unit_id": "The unit.",
    "unit": "The unit or group.",
    "item": "The whole item after the fact.",
    "due_at": "Business time by which it is due, UTC.",
    "demo": "True for what was invented for the demo city.",
    "active": "False when it is no longer in use.",
}
REQUIREMENT = re.compile(r"\bR\d{1,2}\b")


def document() -> str:
    """Write the whole page."""
    catalogue = importlib.import_module("luoshi_common.events.catalogue").CATALOGUE
    listeners = listeners_by_type()
    kinds = sorted(catalogue.values(), key=lambda kind: kind.type)
    lines = [_guide(), "", "## Catalogue", "", *_overview(kinds, listeners)]
    for kind in kinds:
        lines += ["", *_event(kind, listeners[kind.type])]
    return "\n".join(lines) + "\n"


def _guide() -> str:
    """The hand-written part, with the programs it shows."""

    def program(found: re.Match[str]) -> str:
        return f"```python\n{(ROOT / found[1]).read_text(encoding='utf-8').rstrip()}\n```"

    return re.sub(r"<!-- example: (\S+) -->", program, GUIDE.read_text(encoding="utf-8").rstrip())


def listeners_by_type() -> dict[str, list[str]]:
    """Ask every subscribers module of the project what it listens to: `scoring (facts)` by event type."""
    subscriber_class = importlib.import_module("luoshi_common.messaging.subscriber").Subscriber
    found: dict[str, set[str]] = defaultdict(set)
    for module, service in _subscriber_modules():
        for value in vars(importlib.import_module(module)).values():
            for one in value if isinstance(value, list | tuple) else (value,):
                if isinstance(one, subscriber_class):
                    for kind in one.types():
                        found[kind.type].add(f"{service} ({one.name})")
    return defaultdict(list, {name: sorted(names) for name, names in found.items()})


def _subscriber_modules() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.glob("services/*/luoshi_*/**/subscribers.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[2:]), parts[1]
    for path in sorted(ROOT.glob("libs/common/luoshi_common/**/subscribers.py")):
        yield ".".join(path.relative_to(ROOT / "libs/common").with_suffix("").parts), "every service"


def _overview(kinds: list[Any], listeners: Mapping[str, list[str]]) -> Iterator[str]:
    yield "| event | 中文名 | published by | listeners in the house | for third parties | serves |"
    yield "|---|---|---|---|---|---|"
    for kind in kinds:
        chinese, said = _said(kind)
        third = "yes" if kind.third_party else "no"
        heard = ", ".join(listeners[kind.type]) or "—"
        yield (
            f"| [`{kind.name}`](#{_anchor(kind)}) | {chinese} | {kind.service} | {heard} | {third} "
            f"| {', '.join(REQUIREMENT.findall(said)) or '—'} |"
        )


def _event(kind: Any, heard: list[str]) -> Iterator[str]:
    chinese, said = _said(kind)
    yield f"### `{kind.name}` v{kind.version}"
    yield ""
    yield f"**{chinese}.** {said}"
    yield ""
    yield f"- CloudEvents `type`: `{kind.type}`, `dataschema`: `{kind.dataschema}`"
    yield f"- Bus subject in city {CITY}: `{kind.subject(CITY)}` on stream `{kind.service.upper()}-{CITY}`"
    yield f"- Published by {kind.service}; listeners in the house: {', '.join(heard) or 'none'}"
    yield f"- Third parties may receive it: {'yes' if kind.third_party else 'no'}"
    if kind.uplink:
        yield "- Also sent up to the province"
    schema = kind.payload.model_json_schema(mode="serialization")
    yield ""
    yield from _fields("`data`", schema)
    for name, part in sorted(schema.get("$defs", {}).items()):
        if "properties" in part:
            yield ""
            yield f"`{name}`: {_one_line(part.get('description', ''))}"
            yield ""
            yield from _fields(f"`{name}`", part)
    yield ""
    yield "```json"
    yield json.dumps(example(kind), ensure_ascii=False, indent=2)
    yield "```"


def _fields(title: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"| field of {title} | type | always there | meaning |"
    yield "|---|---|---|---|"
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        meaning = meaning_of(name, field) or "—"
        always = "yes" if name in required else "optional"
        yield f"| `{name}` | {_type(field)} | {always} | {meaning} |"


def meaning_of(name: str, field: Mapping[str, Any]) -> str:
    """Say what a field means: its description, or what its name means everywhere; empty when nobody said it."""
    return _one_line(field.get("description", "")) or EVERYWHERE.get(name, "")


def _type(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return f"`{field['$ref'].rpartition('/')[2]}`"
    if "anyOf" in field:
        return " or ".join(_type(one) for one in field["anyOf"])
    if "enum" in field:
        return " or ".join(f"`{word}`" for word in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    if field.get("type") == "string" and "format" not in field and "pattern" in field:
        return "decimal string"
    return str(field.get("format") or field.get("type") or "anything")


def example(kind: Any) -> dict[str, Any]:
    """Write a whole envelope around the example of an event, as it stands on the bus."""
    envelope = importlib.import_module("luoshi_common.events.envelope")
    whole = envelope.Envelope(
        id=UUID("0199a000-0000-7000-8000-0000000000ff"),
        city=CITY,
        entity=f"{_entities(kind)}/{_id_in(kind.example)}",
        entity_version=3,
        time=MOMENT,
        recorded_at=MOMENT,
        actor="person:0199a000-0000-7000-8000-000000000002",
        payload=kind.payload.model_validate(kind.example),
        kind=kind,
    )
    made: dict[str, Any] = json.loads(whole.encode())
    return made


def _id_in(data: Mapping[str, Any]) -> str:
    return str(data.get("id") or data.get("item", {}).get("id") or "0199a000-0000-7000-8000-00000000000a")


def _entities(kind: Any) -> str:
    _, entity, fact = kind.name.split(".")
    if "item" in kind.example:
        return "items"
    return SUBJECTS.get(f"{entity}.{fact}", f"{entity}s")


def _said(kind: Any) -> tuple[str, str]:
    chinese, _, said = _one_line(kind.payload.__doc__ or "").partition(":")
    return chinese.strip(), said.strip()[:1].upper() + said.strip()[1:]


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _anchor(kind: Any) -> str:
    return f"{kind.name} v{kind.version}".replace(".", "").replace(" ", "-")


def main() -> int:
    """Write or check; answer the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.events_doc", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    made = document()
    if parser.parse_args().check:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current != made:
            print("docs/events.md is out of date: run `python -m tools.events_doc`")
        return int(current != made)
    TARGET.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
