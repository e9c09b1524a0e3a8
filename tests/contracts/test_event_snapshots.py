"""Event schemas: what subscribers rely on stays; the comparison sees every way of taking something away."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from pydantic import BaseModel, Field, create_model

from luoshi_common.events.catalogue import CATALOGUE
from luoshi_common.events.envelope import decode
from tools.compatibility import incompatibilities
from tools.events_doc import TARGET, document, example, meaning_of
from tools.snapshots import EVENTS, event_differences, event_schemas, normal, read


class Part(BaseModel):
    state: str = Field(max_length=20)


FACT: dict[str, Any] = {
    "id": (UUID, ...),
    "no": (int, Field(le=100)),
    "parts": (list[Part], ...),
    "deadline": (datetime | None, None),
}


def schema(**fields: Any) -> dict[str, Any]:
    """The schema of a fact with fields of its own; None takes one away."""
    wanted = {name: field for name, field in (FACT | fields).items() if field is not None}
    fact: type[BaseModel] = create_model("Fact", **wanted)
    return fact.model_json_schema(mode="serialization")


class Closed(BaseModel):
    model_config = {"extra": "forbid"}
    state: str = Field(max_length=20)


class Shorter(BaseModel):
    state: str = Field(max_length=10)


class Word(BaseModel):
    state: str = Field(max_length=20, json_schema_extra={"enum": ["open"]})


class TestComparison:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"no": None}, "no: removed"),
            ({"no": None, "number": (int, Field(default=0))}, "no: removed"),
            ({"no": (str, ...)}, "no: retyped from integer to string"),
            ({"no": (int | None, Field(le=100))}, "no: retyped from integer to integer or null"),
            ({"year": (int, ...)}, "year: newly required"),
            ({"deadline": (datetime | None, ...)}, "deadline: newly required"),
            ({"no": (int, Field(le=50))}, "no: narrowed, maximum is now 50"),
            ({"parts": (list[Shorter], ...)}, "parts[].state: narrowed, maxLength is now 10"),
            ({"parts": (list[Closed], ...)}, "parts[]: narrowed, other fields are now refused"),
            ({"parts": (list[Word], ...)}, "parts[].state: narrowed, no longer any word"),
            ({"parts": (list[str], ...)}, "parts[]: retyped from object to string"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_sees_what_is_taken_away(self, fields: dict[str, Any], said: str) -> None:
        assert incompatibilities(schema(), schema(**fields)) == [said]

    def test_lets_an_optional_field_be_added(self) -> None:
        assert incompatibilities(schema(), schema(note=(str, Field(default="")))) == []

    def test_lets_a_limit_be_widened(self) -> None:
        assert incompatibilities(schema(), schema(no=(int, Field(le=1000)))) == []


class TestEventSnapshots:
    def test_equal_what_the_catalogue_makes(self) -> None:
        differences = list(event_differences(read(EVENTS), normal(event_schemas())))

        assert not differences, "run `python -m tools.snapshots`:\n" + "\n".join(differences)

    def test_report_a_dropped_and_a_new_type(self) -> None:
        made = normal(event_schemas())
        first, *_ = made

        assert any("has no snapshot yet" in line for line in event_differences({}, made))
        assert list(event_differences(made, {p: s for p, s in made.items() if p != first})) == [
            f"{first.stem}: removed; a type is retired beside its successor, never dropped"
        ]

    @pytest.mark.parametrize("name", sorted(CATALOGUE))
    def test_take_the_example_of_each_event(self, name: str) -> None:
        kind = CATALOGUE[name]
        stored = read(EVENTS)[EVENTS / f"{name}.json"]

        published = kind.payload.model_validate(kind.example).model_dump(mode="json")

        jsonschema.validate(kind.example, stored, format_checker=jsonschema.FormatChecker())
        jsonschema.validate(published, stored, format_checker=jsonschema.FormatChecker())

    @pytest.mark.parametrize("name", sorted(CATALOGUE))
    def test_are_described_for_strangers(self, name: str) -> None:
        said = CATALOGUE[name].payload.__doc__ or ""

        assert "一" <= said[0] <= "鿿", "the first word is the Chinese name"
        assert f"ublished by {CATALOGUE[name].service}" in said

    @pytest.mark.parametrize("name", sorted(CATALOGUE))
    def test_say_what_each_field_means(self, name: str) -> None:
        whole = CATALOGUE[name].payload.model_json_schema(mode="serialization")
        parts = {name: whole} | whole.get("$defs", {})

        unsaid = [
            f"{part}.{field}"
            for part, schema in parts.items()
            for field, of in schema.get("properties", {}).items()
            if not meaning_of(field, of)
        ]

        assert not unsaid, "give them a Field(description=…)"


class TestEventsPage:
    def test_is_up_to_date(self) -> None:
        assert TARGET.read_text(encoding="utf-8") == document(), "run `python -m tools.events_doc`"

    def test_tells_each_event_with_an_envelope_that_can_be_read(self) -> None:
        for kind in CATALOGUE.values():
            told = decode(json.dumps(example(kind)))

            assert told.kind is kind
            assert told.payload == kind.payload.model_validate(kind.example)
