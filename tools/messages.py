"""Messages of the console: `python -m tools.messages` writes the new ones into locale/en, empty, for a person to fill.

Chinese is the message id. Templates say `_("…")`; Python marks with `N_("…")` what a template translates.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

CONSOLE = Path(__file__).parent.parent / "services" / "console" / "luoshi_console"
PO = CONSOLE / "locale" / "en" / "LC_MESSAGES" / "messages.po"


def used() -> Iterator[str]:
    """Yield every message that templates and Python of the console use."""
    found = extract_from_dir(
        CONSOLE,
        method_map=[("templates/**.html", "jinja2"), ("**.py", "python")],
        options_map={"templates/**.html": {"newstyle_gettext": "true", "extensions": "jinja2.ext.do"}},
        keywords={"_": None, "N_": None},
    )
    for _file, _line, message, _comments, _context in found:
        if isinstance(message, str) and message:
            yield message


def known() -> Catalog:
    """Read the English catalogue."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as source:
        return read_po(source, locale="en")


def update() -> int:
    """Bring the catalogue to the messages in use; return how many wait for a translation."""
    old, new = known(), Catalog(locale="en", project="luoshi-console", header_comment="# English of the console.")
    for message in dict.fromkeys(used()):
        kept = old.get(message)
        new.add(message, string=kept.string if kept else "")
    with PO.open("wb") as target:
        write_po(target, new, omit_header=False, width=120, sort_output=False, include_lineno=False)
    return sum(not message.string for message in new if message.id)


if __name__ == "__main__":
    print(f"{update()} messages wait for their English")
