"""Writes constraints.txt: the names and versions that pip resolves from pyproject.toml today."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HEAD = "# The tested versions of all packages; `make lock` resolves them again from pyproject.toml.\n"

with tempfile.TemporaryDirectory() as folder:
    requirements, report = Path(folder) / "requirements.txt", Path(folder) / "report.json"
    with requirements.open("w") as file:
        subprocess.run(
            [sys.executable, "scripts/requirements.py", "test", "npm", "s3"], check=True, stdout=file
        )
    pip = [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed"]
    subprocess.run([*pip, "--report", str(report), "-r", str(requirements)], check=True)
    found = [package["metadata"] for package in json.loads(report.read_text())["install"]]
lines = sorted(f"{package['name'].lower().replace('_', '-')}=={package['version']}\n" for package in found)
Path("constraints.txt").write_text(HEAD + "".join(lines))
