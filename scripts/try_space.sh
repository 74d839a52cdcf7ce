#!/bin/sh
# Starts the page as a Hugging Face Space would, on this machine alone and in a folder of its own: visitors apart, strict
# caps, models from the list, a home that cannot be written to. To try it, or to attack it.
#
#     scripts/try_space.sh [folder] [port]
#
# Started by root, it goes on as a user without rights, as a Space does: nobody, or SPACE_USER=somebody.
# Caps and more can be set before it: OUTCOME_RL_MAX_MINUTES=5 OUTCOME_RL_AUTH=me:secret scripts/try_space.sh
# Where neither `make app` has made a .venv that this user can run nor PYTHON has the packages, a .venv is made in the
# folder, from requirements.txt alone as a Space has it; that takes minutes, and on Linux
# PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu spares it gigabytes.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-$(mktemp -d "${TMPDIR:-/tmp}/outcome-rl-space.XXXXXX")}
port=${2:-7861}
mkdir -p "$folder"

if [ "$(id -u)" = 0 ]; then
    user=${SPACE_USER:-nobody}
    command -v setpriv >/dev/null || {
        echo "setpriv (util-linux) is missing; start this as a user without rights instead." >&2
        exit 1
    }
    chown -R "$user" "$folder"
    exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --no-new-privs "$0" "$folder" "$port"
fi

export HOME="$folder/home" PYTHONDONTWRITEBYTECODE=1
mkdir -p "$HOME"
chmod 555 "$HOME"
usable() { "$1" -c 'import gradio' 2>/dev/null; }
if usable .venv/bin/python; then
    python=.venv/bin/python
elif usable "${PYTHON:-python3}"; then
    python=${PYTHON:-python3}
else
    python=$folder/venv/bin/python
    [ -x "$python" ] || "${PYTHON:-python3}" -m venv "$folder/venv"
    "$python" -m pip install --quiet --no-input --no-cache-dir -r requirements.txt
fi
echo "As a Space, as $(id -un), in $folder. Open http://127.0.0.1:$port and, in a private window, a second visitor." >&2
unset SYSTEM SPACE_HOST HF_TOKEN HUGGING_FACE_HUB_TOKEN HF_HOME XDG_CACHE_HOME || true
SPACE_ID=local/try GRADIO_TEMP_DIR="$folder/cache" OUTCOME_RL_WORKSPACE="$folder" \
    exec "$python" app.py --host 127.0.0.1 --port "$port"
