"""Start-up against `llm --help`, and a dispatched call against a bare pluggy call, in one run.

python benchmarks/core.py [--json]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pluggy

HERE = Path(__file__).resolve().parent


def seconds_of(command: list[str], runs: int = 5) -> float:
    """Median wall time of a command, after one unmeasured run."""
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def start_up() -> dict[str, float]:
    """Seconds of `--help`, ours and llm's (0 where llm is not installed)."""
    folder = Path(sys.executable).parent
    ours = seconds_of([str(folder / "artwright"), "--help"])
    peer = folder / "llm"
    theirs = seconds_of([str(peer), "--help"]) if peer.exists() else 0.0
    return {"help_s": ours, "llm_help_s": theirs, "help_ratio": ours / theirs if theirs else 0.0}


def dispatch(calls: int = 20_000) -> dict[str, float]:
    """Microseconds of `Studio.dispatch`, of the same call through bare pluggy, and their difference."""
    from artwright import GenerateRequest, Options, Studio, Theme
    from artwright.core.hookspecs import OperationHooks, hookimpl
    from artwright.core.loader import PluginHost

    spec = importlib.util.spec_from_file_location("stipple", HERE.parent / "tests" / "plugin_stipple.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    class Quick:
        @hookimpl
        def generate(self, request: object, context: object) -> str:
            return "done"

    host = PluginHost([])
    host.add(module, "stipple")
    host.add(Quick(), "quick")
    request = GenerateRequest(medium="dots", model="stipple", options=Options(), theme=Theme(text="sea"), seed=1)
    with tempfile.TemporaryDirectory() as home:
        studio = Studio(Path(home), host=host)
        context = studio.context()
        manager = pluggy.PluginManager("artwright")
        manager.add_hookspecs(OperationHooks)
        manager.register(Quick())
        bare, ours = manager.hook.generate, studio.dispatch

        def clock(call: object) -> float:
            best = float("inf")
            for _ in range(5):
                began = time.perf_counter()
                for _ in range(calls // 5):
                    call()  # type: ignore[operator]
                best = min(best, (time.perf_counter() - began) / (calls // 5))
            return best * 1e6

        plain = clock(lambda: bare(request=request, context=context))
        full = clock(lambda: ours("generate", "quick", request))
    return {"dispatch_us": full, "bare_pluggy_us": plain, "added_us": full - plain, "dispatch_ratio": full / plain}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = {**start_up(), **dispatch()}
    print(json.dumps(figures) if arguments.json else "\n".join(f"{k:<20}{v:.4g}" for k, v in figures.items()))


if __name__ == "__main__":
    main()
