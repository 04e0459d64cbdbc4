"""The first and the second demo: seconds and peak memory of the whole process tree's largest member.

python benchmarks/demo.py [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def run_demo(out: Path, home: Path) -> float:
    """Wall seconds of one demo in a fresh process."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "artwright", "demo", "misty mountains at dawn", "--out", str(out), "--seed", "7"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "ARTWRIGHT_HOME": str(home)})
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        first, second = run_demo(Path(folder) / "one", home), run_demo(Path(folder) / "two", home)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    figures = {"first_s": first, "second_s": second, "peak_gb": peak}
    print(json.dumps(figures) if arguments.json else "\n".join(f"{k:<12}{v:.3g}" for k, v in figures.items()))


if __name__ == "__main__":
    main()
