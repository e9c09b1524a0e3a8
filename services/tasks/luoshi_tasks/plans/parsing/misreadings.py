"""Known misreadings of scanned text 识别错误 (E35) as data: proposed, never corrected (E45)."""

import re

from luoshi_tasks.plans.parsing.findings import FindingLog
from luoshi_tasks.plans.parsing.source import Source

MISREADINGS: tuple[tuple[str, str], ...] = (
    ("做至U", "做到"),
    ("达至U", "达到"),
    ("得至U", "得到"),
    ("IOO分", "100分"),
    ("巾重点", "市重点"),
    ("计戈小", "计划"),
    ("计戈IJ", "计划"),
    ("7T0名", "7-10名"),
    ("47名", "4-7名"),
    ("20xx211号", "〔20xx〕211号"),
)
_FIXES = dict(MISREADINGS)
_ANY = re.compile(
    "|".join((r"(?<![0-9.])" if wrong[0].isdigit() else "") + re.escape(wrong) for wrong, _ in MISREADINGS)
)


def note_misreadings(source: Source, *, log: FindingLog) -> None:
    """Note each place where the text shows a known misreading."""
    for found in _ANY.finditer(source.body):
        log.add("ocr_suspect", *found.span(), fix=_FIXES[found.group()])
