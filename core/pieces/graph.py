"""The graph of a piece as SVG: a box for each step, an arrow from each work to what is made of it."""

from __future__ import annotations

from html import escape

from .plan import Plan

__all__ = ["draw_graph"]

_WIDTH, _HEIGHT, _ACROSS, _DOWN, _EDGE = 176, 52, 72, 22, 20
_STYLE = (
    "text{font:13px sans-serif;fill:#222}.small{font-size:11px;fill:#666}rect{fill:#f7f5f0;stroke:#999}"
    "path{fill:none;stroke:#888}"
    "@media(prefers-color-scheme:dark){text{fill:#eee}.small{fill:#aaa}rect{fill:#2a2a2a;stroke:#777}}"
)


def draw_graph(plan: Plan) -> str:
    """The graph as the text of an SVG, from left to right; steps that need not wait for one another stand in a column. A step
    that is done for many rows is one box, with their number.
    """
    spec, depths = plan.spec, plan.depths
    columns: dict[int, list[str]] = {}
    for label in plan.order:
        columns.setdefault(depths[label], []).append(label)
    places = {
        label: (_EDGE + (depth - 1) * (_WIDTH + _ACROSS), _EDGE + row * (_HEIGHT + _DOWN))
        for depth, labels in columns.items()
        for row, label in enumerate(labels)
    }
    width = 2 * _EDGE + len(columns) * (_WIDTH + _ACROSS) - _ACROSS
    height = 2 * _EDGE + max(map(len, columns.values())) * (_HEIGHT + _DOWN) - _DOWN
    arrows = [
        _arrow(places[other], places[label])
        for label in plan.order
        for other in dict.fromkeys(other for others in spec.steps[label].waits_for.values() for other in others)
    ]
    boxes = [_box(plan, label, *places[label]) for label in plan.order]
    title = escape(spec.title or plan.name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="t"><title id="t">{title}</title><style>{_STYLE}</style>\n'
        '<marker id="m" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" style="fill:#888"/></marker>\n' + "\n".join([*arrows, *boxes]) + "\n</svg>\n"
    )


def _box(plan: Plan, label: str, x: int, y: int) -> str:
    step, count = plan.spec.steps[label], plan.counts[label]
    verb = "" if step.operation == "generate" else f"{step.operation.replace('_', '-')} "
    many = f" × {count:,}" if step.for_each is not None else ""
    name = label if len(label) < 22 else label[:20] + "…"
    return (
        f'<g><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
        f'<text x="{x + 12}" y="{y + 22}">{escape(name)}{many}</text>'
        f'<text class="small" x="{x + 12}" y="{y + 40}">{verb}{escape(plan.media[label])}</text></g>'
    )


def _arrow(begin: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = begin[0] + _WIDTH, begin[1] + _HEIGHT // 2
    x2, y2 = end[0], end[1] + _HEIGHT // 2
    half = max(24, (x2 - x1) // 2)
    return f'<path d="M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2} {y2}" marker-end="url(#m)"/>'
