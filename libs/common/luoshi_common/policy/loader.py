"""参数装载: lay a city's overrides over the defaults and refuse what is malformed, contradictory or forbidden."""

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ValidationError

from luoshi_common.errors import Malformed, Refused
from luoshi_common.policy.burden import broken
from luoshi_common.policy.contradictions import contradictions
from luoshi_common.policy.profile import Profile

_SOURCE = "source"


class ProfileMalformed(Malformed):
    """城市参数格式有误: an unknown setting, a missing one, or a value of the wrong kind; each with its path."""

    code = "profile.malformed"
    title = "城市参数格式有误：{problems}"


class ProfileContradictory(Refused):
    """城市参数自相矛盾: settings that cannot stand together; each with its path."""

    code = "profile.contradictory"
    title = "城市参数自相矛盾：{problems}"


class BurdenRuleBroken(Refused):
    """违反减负规定: the profile breaks B1, B2, B3 or B4; `rules` names which."""

    code = "profile.burden_rule_broken"
    title = "城市参数违反减负规定（{rules}）：{problems}"


def load_profile(overrides: Mapping[str, Any] | None = None) -> Profile:
    """城市参数: the defaults with the overrides laid over them.

    Tables merge by key, lists and values replace; None takes a setting (an optional limit, a class) away.
    Raises ProfileMalformed, ProfileContradictory, BurdenRuleBroken.
    """
    profile = _shaped(_laid_over(default_values(), overrides or {}))
    breaks = tuple(broken(profile))
    if breaks:
        raise BurdenRuleBroken(
            rules=tuple(sorted({rule for rule, _, _ in breaks})),
            problems=tuple(f"{path}: {sentence} ({rule})" for rule, path, sentence in breaks),
        )
    problems = tuple(f"{path}: {sentence}" for path, sentence in contradictions(profile))
    if problems:
        raise ProfileContradictory(problems=problems)
    return profile


def read_profile(document: Mapping[str, Any]) -> Profile:
    """城市参数: the stored form (`model_dump(mode="json")`) of a profile that was accepted once.

    A setting that is newer than the document takes its default, one that only a newer release knows is left out (going
    back a release must start); classes, duties and other named entries are those of
    the document alone. Raises ProfileMalformed.
    """
    return _shaped(_filled(Profile, default_values(), document))


def default_values() -> dict[str, Any]:
    """Give the defaults as plain values, without their sources."""
    return {name: value for name, value in _defaults().items() if name != _SOURCE}


def source_of(path: str) -> str | None:
    """Say where the default of a setting comes from: its own line or that of the nearest table above it."""
    sources: dict[str, str] = _defaults()[_SOURCE]
    while path:
        if path in sources:
            return sources[path]
        path = path.rpartition(".")[0]
    return None


def source_paths() -> frozenset[str]:
    """Name the paths that have a source line of their own."""
    return frozenset(_defaults()[_SOURCE])


@cache
def _defaults() -> dict[str, Any]:
    text = resources.files("luoshi_common.policy").joinpath("defaults.toml").read_text("utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def _shaped(values: Mapping[str, Any]) -> Profile:
    try:
        return Profile.model_validate(values)
    except ValidationError as error:
        problems = tuple(f"{_path(fault['loc'])}: {fault['msg']}" for fault in error.errors(include_url=False))
        raise ProfileMalformed(problems=problems) from None


def _filled(model: type[BaseModel], defaults: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in settings that the document lacks and leave out those that only a newer release knows."""
    filled = {name: value for name, value in {**defaults, **document}.items() if name in model.model_fields}
    for name, field in model.model_fields.items():
        area, given = field.annotation, document.get(name)
        if isinstance(area, type) and issubclass(area, BaseModel) and isinstance(given, Mapping):
            filled[name] = _filled(area, defaults.get(name, {}), given)
    return filled


def _laid_over(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in overrides.items():
        below = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            merged[name] = _laid_over(below if isinstance(below, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged


def _path(place: Sequence[int | str]) -> str:
    return ".".join(str(step) for step in place if step != "[key]") or "profile"
