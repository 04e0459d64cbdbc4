"""Lines of code of each room, without blanks, comments and docstrings, now and at an earlier commit.

python tools/lines.py [COMMIT]
"""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
from collections import Counter

_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def count_code(source: str) -> int:
    """How many lines of a module hold code."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {n for t in tokens if t.type not in _NO_CODE for n in range(t.start[0], t.end[0] + 1)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def count_rooms(commit: str) -> Counter[str]:
    """Lines of code by room at a commit: the folders at the top, those of core and of plugins one by one."""
    names = _git("ls-tree", "-r", "--name-only", commit).splitlines()
    rooms: Counter[str] = Counter()
    for name in names:
        if name.endswith(".py"):
            parts = name.split("/")[:-1]
            depth = 2 if parts[:1] in (["core"], ["plugins"]) else 1
            rooms["/".join(parts[:depth]) or "(top)"] += count_code(_git("show", f"{commit}:{name}"))
    return rooms


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout


def main(earlier: str = "HEAD") -> None:
    """Print the rooms, a line each."""
    before, now = count_rooms(earlier), count_rooms("HEAD")
    for room in [*sorted(before | now), "in all"]:
        old, new = (sum(rooms.values()) if room == "in all" else rooms[room] for rooms in (before, now))
        print(f"{room:<24}{old:>8}{new:>8}{(new - old) / old if old else 0:>+8.0%}")


if __name__ == "__main__":
    main(*sys.argv[1:])
