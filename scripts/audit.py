"""Asks whether the pinned packages have known weaknesses: ``make audit``.

Ends with status 1 where one has. Where the database (PyPI's) cannot be reached, that is said, and is no failure: the
machines that test a change often have a mirror of packages alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AUDITOR = "pip-audit==2.10.1"
PINNED = ("requirements.txt", "requirements-models.txt", "requirements-dev.txt")
UNREACHED = "pip-audit: its database cannot be reached from here, so no package was checked."


def main() -> int:
    """Install the auditor into a folder of its own, ask, and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--target", folder, AUDITOR]
        if subprocess.run(install, stderr=subprocess.DEVNULL).returncode:
            print(UNREACHED)
            return 0
        ask = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format", "json"]
        ask += [part for name in PINNED for part in ("--requirement", str(ROOT / name))]
        environment = {**os.environ, "PYTHONPATH": folder}
        answer = subprocess.run(ask, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    words, status = report(answer.stdout)
    print(words)
    return status


def report(answer: str) -> tuple[str, int]:
    """What the auditor's JSON comes to, and the status to end with."""
    try:
        asked = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return UNREACHED, 0
    checked = [each for each in asked if "vulns" in each]
    weak = [f"{each['name']} {each['version']}: {', '.join(one['id'] for one in each['vulns'])}"
            for each in checked if each["vulns"]]  # fmt: skip
    if weak:
        return "\n".join(weak), 1
    unknown = len(asked) - len(checked)
    left = f"; {unknown} are not in its database" if unknown else ""
    return (f"pip-audit: {len(checked)} packages, no known weakness{left}", 0) if checked else (UNREACHED, 0)


if __name__ == "__main__":
    sys.exit(main())
