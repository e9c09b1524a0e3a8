"""What a new JSON schema takes away from those who rely on the old one. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

UPPER_LIMITS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER_LIMITS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
MAX_DEPTH = 12


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """Name every field that was removed, retyped, newly required or narrowed; an added optional field is fine.

    A renamed field shows as a removed one. Paths are written `item.parts[].state`. Values that a word may take are
    open unless the schema lists them; a longer list is fine, a shorter one is not.
    """
    return sorted(set(_compare(old, new, old, new, "", 0)))


def _compare(old: Schema, new: Schema, old_root: Schema, new_root: Schema, path: str, depth: int) -> Iterator[str]:
    old, new = _resolve(old, old_root), _resolve(new, new_root)
    before, after = _kinds(old, old_root), _kinds(new, new_root)
    here = path or "the whole"
    if before.keys() != after.keys():
        yield f"{here}: retyped from {_spoken(before)} to {_spoken(after)}"
        return
    if depth > MAX_DEPTH:  # a schema that contains itself
        return
    for kind, was in before.items():
        becomes = after[kind]
        yield from (f"{here}: {what}" for what in _narrowed(was, becomes))
        yield from _fields(was, becomes, old_root, new_root, path, depth)
        for part, sign in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(was.get(part), Mapping) and isinstance(becomes.get(part), Mapping):
                yield from _compare(was[part], becomes[part], old_root, new_root, f"{path}{sign}", depth + 1)


def _fields(was: Schema, becomes: Schema, old_root: Schema, new_root: Schema, path: str, depth: int) -> Iterator[str]:
    had: Mapping[str, Schema] = was.get("properties", {})
    has: Mapping[str, Schema] = becomes.get("properties", {})
    before = f"{path}." if path else ""
    yield from (f"{before}{name}: removed" for name in had.keys() - has.keys())
    newly = set(becomes.get("required", ())) - set(was.get("required", ()))
    yield from (f"{before}{name}: newly required" for name in newly)
    for name in had.keys() & has.keys():
        yield from _compare(had[name], has[name], old_root, new_root, f"{before}{name}", depth + 1)


def _narrowed(was: Schema, becomes: Schema) -> Iterator[str]:
    if "enum" in becomes and (gone := _missing(was.get("enum"), becomes["enum"])):
        yield f"narrowed, no longer {gone}"
    if was.get("pattern") != becomes.get("pattern") and "pattern" in becomes:
        yield "narrowed by another pattern"
    if becomes.get("additionalProperties") is False and was.get("additionalProperties") is not False:
        yield "narrowed, other fields are now refused"
    for limit in UPPER_LIMITS:
        if limit in becomes and becomes[limit] < was.get(limit, float("inf")):
            yield f"narrowed, {limit} is now {becomes[limit]}"
    for limit in LOWER_LIMITS:
        if limit in becomes and becomes[limit] > was.get(limit, float("-inf")):
            yield f"narrowed, {limit} is now {becomes[limit]}"


def _missing(was: list[Any] | None, becomes: list[Any]) -> str:
    if was is None:
        return "any word"
    return ", ".join(str(word) for word in was if word not in becomes)


def _kinds(schema: Schema, root: Schema) -> dict[str, Schema]:
    """The alternatives of a schema by what they are: `string/uuid`, `object`, `null` …"""
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if alternatives:
        found: dict[str, Schema] = {}
        for alternative in alternatives:
            for kind, one in _kinds(_resolve(alternative, root), root).items():
                # Two objects in one union are told apart by their titles.
                found[kind if kind not in found else f"{kind}:{one.get('title', len(found))}"] = one
        return found
    types = schema.get("type", _guessed(schema))
    names = types if isinstance(types, list) else [types]
    form = f"/{schema['format']}" if "format" in schema else ""
    return {f"{name}{form}" if name != "null" else name: schema for name in names}


def _guessed(schema: Schema) -> str:
    if "enum" in schema or "const" in schema:
        return "string"
    return "object" if "properties" in schema else "anything"


def _resolve(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema or len(schema.get("allOf", ())) == 1:
        if "$ref" not in schema:
            schema = schema["allOf"][0]
            continue
        target: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema if "const" not in schema else {**schema, "enum": [schema["const"]]}


def _spoken(kinds: Mapping[str, Schema]) -> str:
    return " or ".join(sorted(kinds))
