"""mypy over `core/` under its import name: the checkout's own folder name must not become the package's."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "artwright").symlink_to(ROOT)
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
    command = [sys.executable, "-m", "mypy", *settings, "-p", "artwright.core", "-m", "artwright.cli"]
    sys.exit(subprocess.run(command, cwd=folder, env={**os.environ, "MYPYPATH": folder}, check=False).returncode)
