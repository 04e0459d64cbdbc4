"""Build the documentation, warnings as errors; the sources are read under their import name through a temporary link.

python docs/build.py [serve]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "artwright").symlink_to(ROOT)
    what = ["serve"] if sys.argv[1:] == ["serve"] else ["build", "--strict"]
    env = {**os.environ, "ARTWRIGHT_SOURCES": folder, "NO_MKDOCS_2_WARNING": "1"}
    sys.exit(subprocess.run([sys.executable, "-m", "mkdocs", *what], cwd=ROOT, env=env, check=False).returncode)
