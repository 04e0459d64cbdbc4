"""The report card of a training: a page in Markdown, the same as JSON, and the loss curve as a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files import atomic, make_folder, write_text

if TYPE_CHECKING:
    from .survey import Survey

__all__ = ["read_log", "write_report"]

_SIZE, _MARGIN = (900, 420), 60


def write_report(folder: Path, card: Mapping[str, Any], *, medium: str, name: str, found: Survey | None = None) -> Path:
    """Write `report.md`, `report.json` and, where the run has a log, `curve.png` into a run's folder; returns the page.

    card: as the model gave it; found: what lay in the folder that was learned from.
    """
    make_folder(folder)
    log = read_log(folder)
    drawn = draw_curve(log, folder / "curve.png")
    row = {"medium": medium, "name": name, "corpus": found.to_dict() if found else None, "log": log, **card}
    write_text(folder / "report.json", json.dumps(row, ensure_ascii=False, indent=1, default=str) + "\n")
    page = folder / "report.md"
    write_text(page, _page(card, medium=medium, name=name, found=found, drawn=drawn))
    return page


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The reports of all sessions of the run that lies in a folder, or of the newest where there are several; a figure that
    is no number is None.
    """
    logs = sorted(folder.rglob("log.jsonl"), key=lambda path: path.stat().st_mtime)
    lines = logs[-1].read_text("utf-8").splitlines() if logs else []
    return [json.loads(line, parse_constant=lambda _: None) for line in lines if line.strip()]


def draw_curve(log: Sequence[Mapping[str, Any]], path: Path) -> bool:
    """Draw loss (thin) and held-out figure (thick) over the steps; False, and no file, for fewer than two reports."""
    import numpy as np
    from PIL import Image, ImageDraw

    points = {
        key: [(float(row["step"]), float(row[key])) for row in log if isinstance(row.get(key), int | float)]
        for key in ("loss", "held_out")
    }
    every = np.array([point for line in points.values() for point in line], float)
    if len(points["held_out"]) < 2 or len(every) < 2:
        return False
    low, high = every.min(0), every.max(0)
    span = np.maximum(high - low, 1e-9)
    picture = Image.new("RGB", _SIZE, "white")
    draw = ImageDraw.Draw(picture)
    width, height = _SIZE[0] - 2 * _MARGIN, _SIZE[1] - 2 * _MARGIN

    def at(point: tuple[float, float]) -> tuple[float, float]:
        share = (np.array(point) - low) / span
        return _MARGIN + width * float(share[0]), _SIZE[1] - _MARGIN - height * float(share[1])

    draw.rectangle((_MARGIN, _MARGIN, _SIZE[0] - _MARGIN, _SIZE[1] - _MARGIN), outline="#bbbbbb")
    for key, colour, size in (("loss", "#8aa4c8", 2), ("held_out", "#b5452c", 4)):
        line = [at(point) for point in points[key]]
        if len(line) > 1:
            draw.line(line, fill=colour, width=size)
    for value, where in ((high[1], _MARGIN), (low[1], _SIZE[1] - _MARGIN)):
        draw.text((_MARGIN - 8, where), f"{value:.3g}", fill="#444444", anchor="rm")
    for value, where, anchor in ((low[0], _MARGIN, "lt"), (high[0], _SIZE[0] - _MARGIN, "rt")):
        draw.text((where, _SIZE[1] - _MARGIN + 10), f"step {value:.0f}", fill="#444444", anchor=anchor)
    draw.text((_MARGIN, _MARGIN - 24), "held out", fill="#b5452c")
    draw.text((_MARGIN + 80, _MARGIN - 24), "loss", fill="#5a7db0")
    with atomic(path) as temporary:
        picture.save(temporary, "PNG")
    return True


def _page(card: Mapping[str, Any], *, medium: str, name: str, found: Survey | None, drawn: bool) -> str:
    about = [("model", card.get("model", "")), ("data", card.get("data", "")), ("licence", card.get("licence", ""))]
    if found is not None:
        about.append(("the folder", found.describe()))
    about += [(key, card[key]) for key in ("heard", "base", "steps", "seconds", "seed", "command") if key in card]
    lines = [f"# {name}", "", f"A model of {medium}.", "", "| | |", "| --- | --- |"]
    lines += [f"| {key} | {_cell(value)} |" for key, value in about if value not in ("", None)]
    figures = list(_flat(card.get("evaluation", {})))
    if figures:
        lines += ["", "## Measured", "", "| | |", "| --- | --- |"]
        lines += [f"| {key} | {_cell(value)} |" for key, value in figures]
    if drawn:
        lines += ["", "## How it learned", "", "![loss and held-out figure over the steps](curve.png)"]
    return "\n".join(lines) + "\n"


def _flat(figures: Any, before: str = "") -> list[tuple[str, Any]]:
    if not isinstance(figures, Mapping):
        return [(before or "figure", figures)]
    return [row for key, value in figures.items() for row in _flat(value, f"{before}, {key}" if before else str(key))]


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return " ".join(text.replace("|", "\\|").split())
