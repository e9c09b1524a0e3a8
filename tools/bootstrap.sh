#!/bin/sh
# From a fresh clone to a complete .venv, with nothing but git, make and a Python.
#   tools/bootstrap.sh python   the absolute path of the Python we use
#   tools/bootstrap.sh uv       the uv we use, installed into .uv/ of the checkout if there is none
#   tools/bootstrap.sh sync     .venv as requirements.lock says, our own packages editable in it
set -eu
cd "$(dirname "$0")/.."

# Each of these would make uv work on another environment than .venv.
unset UV_PYTHON UV_SYSTEM_PYTHON UV_PROJECT_ENVIRONMENT VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH 2>/dev/null || true

WANTED="3.13 3.14 3.12"
PACKAGES="libs/common libs/client services/directory services/tasks services/scoring services/notify services/console cli"
NEED="install Python 3.12 or newer (for example your distribution's package python3.13), or set PYTHON to the path of one"

say() { printf '%s\n' "$*" >&2; }

# Prints the real path of a Python that runs, is at least $2 and has the wheels' usual form; fails for any other.
judge() {
    "$1" -I - "$2" 2>/dev/null <<'PY'
import os, platform, sys, sysconfig
least = tuple(int(part) for part in sys.argv[1].split("."))
usual = platform.python_implementation() == "CPython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
if sys.version_info[:2] < least or not usual:
    sys.exit(1)
base = getattr(sys, "_base_executable", None) or sys.executable
print(os.path.abspath(base))
PY
}

candidates() {
    [ -z "${PYTHON:-}" ] || printf '%s\n' "$PYTHON"
    for version in $WANTED; do printf '%s\n' "python$version"; done
    printf '%s\n' python3 python
    for version in $WANTED; do
        for folder in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin "${ASDF_DATA_DIR:-$HOME/.asdf}"/installs/python/*/bin \
            "${MISE_DATA_DIR:-$HOME/.local/share/mise}"/installs/python/*/bin \
            "${UV_PYTHON_INSTALL_DIR:-$HOME/.local/share/uv/python}"/*/bin "$HOME"/.rye/py/*/bin \
            "$HOME"/miniconda3/bin "$HOME"/miniforge3/bin "$HOME"/mambaforge/bin "$HOME"/anaconda3/bin \
            "$HOME"/miniconda3/envs/*/bin "$HOME"/miniforge3/envs/*/bin /opt/conda/bin /opt/miniconda3/bin \
            /opt/homebrew/bin /usr/local/bin /opt/local/bin /opt/python/*/bin /usr/local/python*/bin; do
            [ ! -x "$folder/python$version" ] || printf '%s\n' "$folder/python$version"
        done
    done
}

# Prints the first candidate that runs and is at least $1.
find_python() {
    candidates | while IFS= read -r candidate; do
        if judge "$candidate" "$1"; then break; fi
    done
}

find_uv() {
    for candidate in uv .uv/bin/uv .uv/packages/bin/uv "$HOME/.local/bin/uv" "$HOME/.cargo/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    # uv itself is content with an older Python than we are.
    python=$(find_python 3.9)
    [ -n "$python" ] || { say "no Python found: $NEED"; exit 1; }
    say "installing uv into .uv (once)"
    rm -rf .uv
    if "$python" -m venv .uv >/dev/null 2>&1 && .uv/bin/python -m pip install --quiet uv >&2; then
        echo .uv/bin/uv
    elif "$python" -m pip install --quiet --target .uv/packages uv >&2; then
        # A distribution's Python without its venv package.
        echo .uv/packages/bin/uv
    else
        say "uv could not be installed: install uv (pip install uv), or the venv package of $python, and try again"
        exit 1
    fi
}

sync() {
    python=$(find_python 3.12)
    uv=$(find_uv)
    if ! .venv/bin/python -I -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        rm -rf .venv
        if [ -n "$python" ]; then
            "$uv" venv --quiet --no-project --no-python-downloads --python "$python" .venv
        else
            say "no Python 3.12 or newer here: uv downloads one"
            "$uv" venv --quiet --no-project --python 3.13 .venv || { say "$NEED"; exit 1; }
        fi
    fi
    "$uv" pip sync --require-hashes --python .venv/bin/python requirements.lock
    set --
    for package in $PACKAGES; do set -- "$@" -e "$package"; done
    "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation "$@"
}

case "${1:-}" in
python) python=$(find_python 3.12); [ -n "$python" ] || { say "$NEED"; exit 1; }; echo "$python" ;;
uv) find_uv ;;
sync) sync ;;
*) say "usage: tools/bootstrap.sh python|uv|sync"; exit 2 ;;
esac
