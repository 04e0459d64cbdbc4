"""`make bench`: every benchmark in turn, each figure beside its peer, written to `build/bench.json`.

    python benchmarks/run.py [NAME ...]
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOT_FIGURES = {"run.py", "typecheck.py", "painting_sheet.py"}


def main() -> int:
    """Run them; the exit code is 1 if one failed."""
    chosen = sys.argv[1:] or [p.stem for p in sorted(HERE.glob("*.py")) if p.name not in NOT_FIGURES]
    found: dict[str, object] = {}
    for name in chosen:
        print(f"== {name}", flush=True)
        done = subprocess.run([sys.executable, str(HERE / f"{name}.py"), "--json"], stdout=subprocess.PIPE, text=True, check=False)
        try:
            found[name] = json.loads(done.stdout) if done.returncode == 0 else {"failed": done.returncode}
        except ValueError:
            found[name] = {"text": done.stdout}
        print(json.dumps(found[name], indent=1, ensure_ascii=False), flush=True)
    out = HERE.parent / "build" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return int(any("failed" in f for f in found.values() if isinstance(f, dict)))


if __name__ == "__main__":
    sys.exit(main())
