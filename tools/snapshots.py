"""Snapshots of what others rely on: the JSON schema of every event, and the OpenAPI document of every service.

`python -m tools.snapshots` writes them and refuses where a change takes something away; `--accept-breaks` writes
nevertheless (before the first release only); `--check` compares without writing, exit 1 on any difference.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools import openapi
from tools.compatibility import incompatibilities

ROOT = Path(__file__).resolve().parents[1]
EVENTS = ROOT / "libs/common/luoshi_common/events/schemas"
OPENAPI = ROOT / "tests/contracts/openapi"


def event_schemas() -> dict[Path, dict[str, Any]]:
    """Make the schema of every event of the catalogue, by the file it is kept in."""
    catalogue = importlib.import_module("luoshi_common.events.catalogue").CATALOGUE
    return {
        EVENTS / f"{kind.type}.json": {"$id": kind.dataschema} | kind.payload.model_json_schema(mode="serialization")
        for kind in catalogue.values()
    }


def openapi_documents() -> dict[Path, dict[str, Any]]:
    """Make the OpenAPI document of every service that has an app, by the file it is kept in."""
    return {OPENAPI / f"{service}.json": openapi.document_of(service) for service in openapi.services()}


def event_differences(stored: Mapping[Path, Any], made: Mapping[Path, Any]) -> Iterator[str]:
    """Say what differs between the kept schemas and those made now, breaks first."""
    for path in sorted(stored.keys() | made.keys()):
        if path not in made:
            yield f"{path.stem}: removed; a type is retired beside its successor, never dropped"
        elif path not in stored:
            yield f"{path.stem}: has no snapshot yet"
        elif stored[path] != made[path]:
            breaks = incompatibilities(stored[path], made[path])
            yield from (f"{path.stem}: {broken}" for broken in breaks)
            if not breaks:
                yield f"{path.stem}: the snapshot is out of date"


def openapi_differences(stored: Mapping[Path, Any], made: Mapping[Path, Any]) -> Iterator[str]:
    """Say what differs between the kept OpenAPI documents and those made now, breaks first."""
    for path in sorted(stored.keys() | made.keys()):
        if path not in made:
            yield f"{path.stem}: the service has no API any more"
        elif path not in stored:
            yield f"{path.stem}: has no snapshot yet"
        elif stored[path] != made[path]:
            breaks = openapi.incompatibilities(stored[path], made[path])
            yield from (f"{path.stem}: {broken}" for broken in breaks)
            if not breaks:
                yield f"{path.stem}: the snapshot is out of date"


def read(folder: Path) -> dict[Path, Any]:
    """Read the kept snapshots of a folder."""
    return {path: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def rendered(document: Any) -> str:
    """Write a document the way it is kept: sorted, indented, Chinese as it is."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def normal(made: Mapping[Path, Any]) -> dict[Path, Any]:
    """Give the documents as they look after being kept and read again."""
    return {path: json.loads(rendered(document)) for path, document in made.items()}


def main() -> int:
    """Write or check; answer the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.snapshots", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("--accept-breaks", action="store_true", help="write even where something is taken away")
    wanted = parser.parse_args()
    schemas, documents = normal(event_schemas()), normal(openapi_documents())
    differences = [
        *event_differences(read(EVENTS), schemas),
        *openapi_differences(read(OPENAPI), documents),
    ]
    harmless = ("has no snapshot yet", "the snapshot is out of date")
    breaks = [line for line in differences if not line.endswith(harmless)]
    if wanted.check or (breaks and not wanted.accept_breaks):
        print(*(differences if wanted.check else breaks), sep="\n", end="\n" if differences else "")
        return 1 if differences else 0
    _write(EVENTS, schemas)
    _write(OPENAPI, documents)
    return 0


def _write(folder: Path, documents: Mapping[Path, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for stale in set(folder.glob("*.json")) - documents.keys():
        stale.unlink()
    for path, document in documents.items():
        path.write_text(rendered(document), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
