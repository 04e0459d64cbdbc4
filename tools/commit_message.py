"""Refuse a commit message without a body: python tools/commit_message.py FILE (git gives the file to its hook)."""

from __future__ import annotations

import sys
from pathlib import Path


def find_fault(message: str) -> str:
    """What is wrong with a commit message, or "": a subject of at most 72 characters, an empty line, a body."""
    lines = [line for line in message.splitlines() if not line.startswith("#")]
    subject, gap, body = (lines or [""])[0], lines[1:2], "".join(lines[2:]).strip()
    if subject.startswith(("fixup!", "squash!", "Merge ")):
        return ""
    if not 0 < len(subject) <= 72:
        return f"the subject has {len(subject)} characters; write 1 to 72"
    if gap != [""] or not body:
        return "it has no body; after an empty line say why, and how it was checked"
    return ""


if __name__ == "__main__":
    fault = find_fault(Path(sys.argv[1]).read_text("utf-8"))
    sys.exit(f"commit message: {fault}" if fault else 0)
