#!/bin/sh
# Starts the page as a Hugging Face Space would, on this machine alone and in a folder of its own: visitors apart, strict
# caps, models from the list. To try it, or to attack it.
#
#     scripts/try_space.sh [folder] [port]
#
# Caps and more can be set before it: OUTCOME_RL_MAX_MINUTES=5 OUTCOME_RL_AUTH=me:secret scripts/try_space.sh
# Where `make app` has not made a .venv, one is made in the folder, from requirements.txt alone as a Space has it; that
# takes minutes, and on Linux PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu spares it gigabytes.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-$(mktemp -d "${TMPDIR:-/tmp}/outcome-rl-space.XXXXXX")}
port=${2:-7861}
python=.venv/bin/python
mkdir -p "$folder"
if [ ! -x "$python" ]; then
    python=$folder/venv/bin/python
    [ -x "$python" ] || "${PYTHON:-python3}" -m venv "$folder/venv"
    "$python" -m pip install --quiet --no-input -r requirements.txt
fi
echo "As a Space, in $folder. Open http://127.0.0.1:$port and, in a private window, a second visitor." >&2
unset SPACE_HOST HF_TOKEN HUGGING_FACE_HUB_TOKEN || true
SPACE_ID=local/try GRADIO_TEMP_DIR="$folder/cache" OUTCOME_RL_WORKSPACE="$folder" \
    exec "$python" app.py --host 127.0.0.1 --port "$port"
