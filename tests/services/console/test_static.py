"""What a page loads stays small, and old browsers (Chromium 109) can read it."""

import gzip
import re
from pathlib import Path

import pytest

import luoshi_console
from luoshi_console import guard, render, samples
from luoshi_console.assets import VENDOR
from luoshi_console.samples_pages import PAGES

HOUSE = Path(luoshi_console.__file__).parent
STATIC = HOUSE / "static"
CSS = (STATIC / "app.css").read_text(encoding="utf-8")
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
TOO_NEW_STYLE = {
    "nesting": r"\{[^{}]*\{[^{}]*&|&[.:\s>]",
    "color-mix": r"color-mix\(",
    "oklch": r"\bok(lch|lab)\(",
    "subgrid": r"\bsubgrid\b",
    "popover": r":popover-open|\bpopover\b",
    "view transitions": r"view-transition",
    "dynamic units": r"\b\d+(dvh|svh|lvh)\b",
    "anchors": r"\banchor\(|position-anchor",
    "light-dark": r"light-dark\(",
}
TOO_NEW_SCRIPT = {
    "Array.fromAsync": r"Array\.fromAsync",
    "popover": r"popover",
    "view transitions": r"startViewTransition",
    "toSorted": r"\.to(Sorted|Reversed|Spliced)\(",
    "groupBy": r"\.groupBy\(",
    "withResolvers": r"withResolvers",
    "eval": r"\beval\(|new Function",
    "inner html": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write",
}


def packed(*texts: str) -> int:
    """Say how many bytes travel."""
    return len(gzip.compress("".join(texts).encode(), 6))


def faults(text: str, rules: dict[str, str]) -> list[str]:
    """Name the rules that a text breaks."""
    return [name for name, pattern in rules.items() if re.search(pattern, text)]


class TestStyle:
    def test_uses_nothing_that_the_oldest_browser_lacks(self) -> None:
        """R90."""
        assert faults(CSS, TOO_NEW_STYLE) == []

    @pytest.mark.parametrize(
        "planted", ["a{& b{}}", "a{color:color-mix(in srgb,red,blue)}", "a{grid-template:subgrid}", "a{height:9dvh}"]
    )
    def test_is_caught_when_it_does(self, planted: str) -> None:
        """R90: the guard sees a planted fault."""
        assert faults(planted, TOO_NEW_STYLE)

    def test_weighs_at_most_eight_kilobytes(self) -> None:
        """R90."""
        assert packed(CSS) <= 8 * 1024

    def test_names_colours_only_as_tokens(self) -> None:
        """R90: both themes change together, and contrast is computed once."""
        outside = CSS.split("@layer base {", 1)[1]

        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", outside.replace("background:#fff", "")) == []


class TestContrast:
    @pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "brand", "green", "amber", "red", "done", "idle"])
    @pytest.mark.parametrize("paper", ["paper", "panel"])
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_of_words_is_enough_for_weak_eyes(self, theme: str, paper: str, ink: str) -> None:
        """R90: WCAG 2.2 AA, 4.5 to 1."""
        tokens = _tokens(theme)

        assert _contrast(tokens[ink], tokens[paper]) >= 4.5

    @pytest.mark.parametrize(("ink", "paper"), [("amber", "amber-tint"), ("red", "red-tint"), ("done", "done-tint")])
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_of_words_on_tints_is_enough_too(self, theme: str, ink: str, paper: str) -> None:
        """R90."""
        tokens = _tokens(theme)

        assert _contrast(tokens[ink], tokens[paper]) >= 4.5


class TestScripts:
    @pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
    def test_use_nothing_too_new_and_write_no_html(self, script: Path) -> None:
        """R90."""
        assert faults(script.read_text(encoding="utf-8"), TOO_NEW_SCRIPT) == []

    def test_weigh_at_most_twenty_five_kilobytes_with_those_of_others(self) -> None:
        """R90: without charts."""
        vendor = [(VENDOR / name).read_text(encoding="utf-8") for name in ("htmx.min.js", "hx-sse.min.js")]

        assert packed(*vendor, *(path.read_text(encoding="utf-8") for path in SCRIPTS)) <= 25 * 1024


class TestPages:
    @pytest.mark.parametrize("path", [*PAGES, "/wall"])
    def test_weigh_at_most_thirty_kilobytes(self, path: str) -> None:
        """R90."""
        template, make, person = PAGES.get(path, ("wall.html", samples.wall, 1))

        html, _ = render.whole(template, frame=samples.frame(path, person=person), view=make())

        assert packed(html) <= 30 * 1024


class TestPolicy:
    def test_lets_scripts_come_from_files_of_the_house_only(self) -> None:
        """R90."""
        policy = dict(
            rule.strip().split(" ", 1) for rule in guard.HEADERS["Content-Security-Policy"].split(";") if rule.strip()
        )

        assert policy["script-src"] == "'self'"
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"


def _tokens(theme: str) -> dict[str, str]:
    light, dark = CSS.split("@layer tokens {", 1)[1].split("[data-theme=dark]", 1)
    tokens = dict(re.findall(r"--([\w-]+):(#[0-9A-F]{6})", light))
    return tokens | dict(re.findall(r"--([\w-]+):(#[0-9A-F]{6})", dark.split("}", 1)[0])) if theme == "dark" else tokens


def _contrast(first: str, second: str) -> float:
    bright, dim = sorted((_light(first), _light(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    lit = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]
