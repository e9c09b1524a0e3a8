"""The browser of the tests: found or installed, never guessed.

``python -m tools.browser`` prints the path of a Chromium that runs, or ends with 1 and says what to install. Order:
``LUOSHI_CHROMIUM``, a Chromium on the PATH, Playwright's own, as root the distribution's packages, otherwise a download
by Playwright.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-noto-cjk")
ADVICE = (
    "no browser for the tests: install the packages 'chromium' and 'fonts-noto-cjk' of your distribution, "
    "or set LUOSHI_CHROMIUM to the path of a Chromium that runs"
)


class NoBrowser(Exception):
    """No Chromium can be had on this machine; the message says what to install."""


def installed() -> Path | None:
    """Return a Chromium that runs here, or None; raises NoBrowser when LUOSHI_CHROMIUM names one that does not."""
    if named := os.environ.get("LUOSHI_CHROMIUM"):
        if _runs(path := Path(named)):
            return path
        raise NoBrowser(f"LUOSHI_CHROMIUM is {named}, but that program does not run")
    return next((path for path in _candidates() if _runs(path)), None)


def provide() -> Path:
    """Return a Chromium that runs, installing one where this user may; raises NoBrowser when none can be had."""
    path = installed()
    if os.geteuid() == 0 and shutil.which("apt-get") and not os.environ.get("LUOSHI_CHROMIUM"):
        missing = [name for name, there in zip(PACKAGES, (path, _chinese_font()), strict=True) if not there]
        _install_packages(missing)
    elif path is None:
        _run([sys.executable, "-m", "playwright", "install", "chromium"])
    path = path or installed()
    if path is None:
        raise NoBrowser(ADVICE)
    if not _chinese_font():
        print("no Chinese font found: pictures will show boxes; install 'fonts-noto-cjk'", file=sys.stderr)
    return path


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _runs(path: Path) -> bool:
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _chinese_font() -> bool:
    """Say whether a font with Chinese characters is there; True where nobody can tell (no fontconfig outside Linux)."""
    if not (lister := shutil.which("fc-list")):
        return sys.platform != "linux"
    return bool(subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, check=False).stdout.strip())


def _install_packages(names: list[str]) -> None:
    if not names:
        return
    print(f"installing {' '.join(names)} with apt-get (once)", file=sys.stderr)
    # A freshly made image has no package lists, an older one stale lists: both need the update.
    if _run(["apt-get", "update"]):
        _run(["apt-get", "install", "--yes", "--no-install-recommends", *names])


def _run(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, stdout=sys.stderr, env=environment, timeout=900, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    try:
        print(provide())
    except NoBrowser as refusal:
        sys.exit(str(refusal))
