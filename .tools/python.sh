# Sourced by ./run and ./test from the project's folder: sets PYTHON to a Python of 3.11 or newer, or says what to do.
# On a Debian-like machine it installs one where it may: as root, asked on a terminal unless --yes or CI.

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            PYTHON=$(command -v "$candidate")
            return 0
        fi
    done
    return 1
}

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    [ -n "${CI:-}" ] && return 0
    case " $* " in *" --yes "*) return 0 ;; esac
    [ -t 0 ] || return 1
    printf 'Python 3.11 or newer is missing. Install python3 and python3-venv now? [y/N] '
    read -r answer
    [ "$answer" = y ] || [ "$answer" = Y ]
}

if ! find_python; then
    if may_install "$@"; then
        echo "Installing python3 python3-venv …"
        apt-get update -qq >/dev/null 2>&1
        said=$(DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv 2>&1) || {
            printf '%s\n' "$said" | tail -n 3 >&2
            echo "Python could not be installed: is there a network? Try: apt-get install python3 python3-venv" >&2
            exit 1
        }
    fi
    find_python || {
        echo "Python 3.11 or newer is needed and was not found." >&2
        echo "On Debian 12 or Ubuntu 24.04, as root: apt-get install python3 python3-venv" >&2
        echo "Or say where it is: PYTHON=/path/to/python3.11 $0" >&2
        exit 1
    }
fi
