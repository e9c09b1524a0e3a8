"""The doors of a feature: what another feature of the same service may import.

The built-in `protected` contract cannot say "anybody but my own feature" with a wildcard, hence this one.
"""

from collections.abc import Iterator
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

NOT_FEATURES = frozenset({"migrations", "locale"})


class DoorsContract(Contract):
    """Imports from one feature into another must end at a door module of the other."""

    type_name = "doors"

    services = fields.ListField(subfield=fields.StringField())
    doors = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - the signature is import-linter's
        """Look at every direct import between two features of one service."""
        doors = cast(set[str], self.doors)
        broken = [
            (importer, imported)
            for service in cast(list[str], self.services)
            for importer, imported in sorted(_between_features(graph, service))
            if len(parts := imported.split(".")) < 3 or parts[2] not in doors
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which import went around the doors."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} is not allowed to import {imported}: not a door of that feature")


def _between_features(graph: ImportGraph, service: str) -> Iterator[tuple[str, str]]:
    features = features_of(graph, service)
    for importer in graph.find_descendants(service):
        for imported in graph.find_modules_directly_imported_by(importer):
            mine, theirs = _feature(importer), _feature(imported)
            if mine != theirs and mine in features and theirs in features:
                yield importer, imported


def features_of(graph: ImportGraph, service: str) -> frozenset[str]:
    """Name the features of a service: its sub-packages, without migrations and translations."""
    children = graph.find_children(service)
    return frozenset(c for c in children if graph.find_children(c) and c.rpartition(".")[2] not in NOT_FEATURES)


def _feature(module: str) -> str:
    return ".".join(module.split(".")[:2])
