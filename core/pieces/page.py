"""One page that shows, plays and reads the works of a piece, from `file://`, without a network or a script.

Each work is shown by its medium's own fragment (`Medium.html`); around it the page puts a heading, and how the work was
made. The house
font comes inside, cut to the characters of the page. Classes that fragments can count on: `figure`, `figcaption`,
`audio`, `video`, `.poem` or `.verse` (with a `lang`: Chinese stands in columns), `.prose`. Where a theme is Chinese,
labels are in both languages.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape
from pathlib import Path, PurePosixPath
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..artwork import Artwork, Medium, Provenance, Text, shorten_id
from ..theme import find_language

if TYPE_CHECKING:
    from .piece import StepResult

__all__ = ["language_of", "render_page"]

_KINDS = {
    "motion": (".mp4", ".webm"),
    "sound": (".wav", ".flac", ".mp3", ".ogg", ".opus"),
    "picture": (".png", ".jpg", ".jpeg", ".webp", ".svg"),
}
_LABELS = {
    "how": ("作法", "how it was made"),
    "by": ("作者", "made by"),
    "theme": ("题", "theme"),
    "style": ("风格", "style"),
    "images": ("意象", "images"),
    "colours": ("色", "colours"),
    "seed": ("种子", "seed"),
    "options": ("参数", "options"),
    "from": ("取自", "made from"),
    "took": ("用时", "took"),
    "originality": ("独创", "originality"),
    "files": ("文件", "files"),
    "id": ("编号", "id"),
    "generate": ("创作", "generated"),
    "transfer_style": ("变体", "restyled"),
    "restore": ("修补", "restored"),
    "analyze": ("赏析", "analysis"),
}


def render_page(
    results: Sequence[StepResult],
    media: Mapping[str, Medium],
    *,
    title: str,
    about: str = "",
    seed: int = 0,
    folder: Path | None = None,
) -> str:
    """The page as HTML.

    made: what the steps came to, in order; those without a file are steps on the way and are not shown; files beside
    the page are referred to
    by name; folder: where they lie, to tell their sizes.
    """
    results = [m for m in results if m.files]
    chinese = any(language_of(m.work) == "zh" for m in results)
    writer = _Writer(results, media, chinese, folder)
    from ... import __version__

    parts = {
        "language": "zh" if find_language(title) == "zh" else "en",
        "version": __version__,
        "title": escape(title),
        "about": f"<p>{escape(about)}</p>" if about else "",
        "swatches": writer.swatches(_palette(results)),
        "works": "\n".join(writer.article(number) for number in range(len(results))),
        "footer": f'{writer.label("seed")} {seed} · artwright {__version__} · <a href="manifest.json">manifest.json</a>',
    }
    template = Template((Path(__file__).parent / "page.html").read_text("utf-8"))
    body = unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", template.substitute(parts, font=""), flags=re.DOTALL))
    from ..fonts import css_font_faces

    return template.substitute(parts, font=css_font_faces(body))


class _Writer:
    """Writes the articles of one page."""

    def __init__(
        self, results: Sequence[StepResult], media: Mapping[str, Medium], chinese: bool, folder: Path | None
    ) -> None:
        self.results, self.media, self.chinese, self.folder = results, media, chinese, folder
        self.by_id = {m.work.id: m.name for m in results if m.step.operation != "analyze"}
        self.kinds = [_kind(m) for m in results]
        self.beside = self._pairs()

    def label(self, key: str) -> str:
        """A label in English, or in both languages."""
        zh, en = _LABELS[key]
        return f"{zh} · {en}" if self.chinese else en

    def article(self, number: int) -> str:
        """One work: the step's name, the work itself, how it was made."""
        result, kind = self.results[number], self.kinds[number]
        classes = ["work", kind, result.work.medium]
        if number in self.beside:
            classes.append("beside")
        shown = self._read(result) if result.analysis else self._show(result)
        return (
            f'<section class="{escape(" ".join(dict.fromkeys(classes)), quote=True)}" '
            f'id="{escape(result.name, quote=True)}">\n'
            f'<h2 class="step">{escape(result.name)}</h2>\n{shown}\n'
            f"{self._made(result)}\n</section>"
        )

    def _pairs(self) -> set[int]:
        """Numbers of short words and pictures that follow one another: they stand side by side."""
        joined: set[int] = set()
        for number in range(len(self.results) - 1):
            pair = self.kinds[number : number + 2]
            if sorted(pair) == ["picture", "words"] and number not in joined:
                words = self.results[number + pair.index("words")].work.payload
                if len(words.lines) <= 18 and max(map(len, words.lines)) <= 64:
                    joined |= {number, number + 1}
        return joined

    def _show(self, result: StepResult) -> str:
        medium = self.media[result.work.medium]
        files = {PurePosixPath(name).suffix.lower(): quote(name) for name in reversed(result.files)}
        fragment = medium.html(result.work, files)
        if _kind(result) == "sound" and "<img" not in fragment and "<svg" not in fragment:
            fragment = (
                f'<figure><img src="{_preview(medium, result.work)}" '
                f'alt="{escape(medium.describe(result.work), quote=True)}"></figure>\n{fragment}'
            )
        return fragment

    def _read(self, result: StepResult) -> str:
        assert result.analysis is not None
        plot = next((name for name in result.files if name.endswith(".png")), "")
        figure = f'<figure><img src="{quote(plot)}" alt=""></figure>' if plot else ""
        return f'{figure}<p class="read">{escape(result.analysis.explanation)}</p>'

    def _made(self, result: StepResult) -> str:
        provenance = result.work.provenance
        rows: list[tuple[str, str]] = []
        if provenance is not None:
            rows += self._provenance(provenance)
        links = [f'<a href="{quote(name)}">{escape(name)}</a>{self._size(name)}' for name in result.files]
        rows += [("files", ", ".join(links)), ("id", f"<span>{escape(result.work.short_id)}</span>")]
        shown = "".join(f"<dt>{self.label(key)}</dt><dd>{value}</dd>" for key, value in rows if value)
        return f'<details class="made"><summary>{self.label("how")}</summary><dl>{shown}</dl></details>'

    def _provenance(self, provenance: Provenance) -> Iterable[tuple[str, str]]:
        theme = provenance.theme or {}
        by = (
            f"{provenance.plugin}:{provenance.model}"
            if provenance.plugin and provenance.plugin != provenance.medium
            else f"{provenance.medium}:{provenance.model}"
        )
        yield (
            "by",
            f"{escape(by)} ({self.label(provenance.operation) if provenance.operation in _LABELS else escape(provenance.operation)})"
            if provenance.model
            else "",
        )
        yield "theme", escape(str(theme.get("text", "")))
        yield "images", escape(", ".join(map(str, theme.get("images", [])[:12])))
        yield "colours", self.swatches(theme.get("palette", []))
        yield "style", escape(provenance.style or "")
        yield "from", ", ".join(self._parent(id_) for id_ in provenance.parents)
        yield "options", escape(_plain({k: _named(v) for k, v in provenance.options.items() if v not in ("", None)}))
        yield "seed", "" if provenance.seed is None else str(provenance.seed)
        yield "took", f"{provenance.seconds:.1f} s, {escape(provenance.device)}"
        yield "originality", escape(_plain(provenance.originality or {}))

    def _parent(self, id_: str) -> str:
        name = self.by_id.get(id_)
        short = escape(shorten_id(id_))
        return f'<a href="#{escape(name, quote=True)}">{escape(name)}</a>' if name else short

    def _size(self, name: str) -> str:
        path = self.folder / name if self.folder else None
        if path is None or not path.is_file():
            return ""
        size = path.stat().st_size
        return f" ({size / 1024:.0f} KB)" if size < 1_000_000 else f" ({size / 1e6:.1f} MB)"

    def swatches(self, palette: Iterable[Any]) -> str:
        """Colours as dots."""
        dots = "".join(
            f'<i style="background:{colour}" title="{colour}"></i>'
            for colour in map(str, palette)
            if re.fullmatch("#[0-9a-fA-F]{6}", colour)
        )
        return f'<span class="swatches" role="presentation">{dots}</span>' if dots else ""


def language_of(work: Artwork) -> str:
    """The language of the theme that a work was made from; "en" where nothing says it."""
    theme = work.provenance.theme if work.provenance else None
    return str(theme.get("language", "en")) if theme else "en"


def _palette(results: Sequence[StepResult]) -> list[str]:
    """The colours of the last theme that has any: by then all works have given theirs."""
    themes = [m.work.provenance.theme for m in results if m.work.provenance and m.work.provenance.theme]
    return next((list(theme.get("palette", [])) for theme in reversed(themes) if theme.get("palette")), [])


def _kind(result: StepResult) -> str:
    """What a work is on a page, by its payload and the files written."""
    if result.step.operation == "analyze":
        return "reading"
    if isinstance(result.work.payload, Text):
        return "words"
    suffixes = {PurePosixPath(name).suffix.lower() for name in result.files}
    return next((kind for kind, known in _KINDS.items() if suffixes & set(known)), "other")


def _preview(medium: Medium, work: Artwork) -> str:
    import base64

    data = io.BytesIO()
    medium.preview(work, width=1200).convert("RGB").save(data, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode("ascii")


def _named(value: Any) -> Any:
    """An option as it is shown: of a file that was read its name, not its content."""
    return value.get("name", "") if isinstance(value, Mapping) and "sha256" in value else value


def _plain(row: Mapping[str, Any], depth: int = 0) -> str:
    """A dict in a line that can be read: names without underscores, numbers to three digits, long lists cut."""
    return "; ".join(f"{str(key).replace('_', ' ')} {_value(value, depth)}" for key, value in row.items())


def _value(value: Any, depth: int) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, Mapping):
        return f"({_plain(value, depth + 1)})" if depth < 2 else "..."
    if isinstance(value, list | tuple):
        shown = ", ".join(_value(item, depth + 1) for item in value[:4])
        return f"[{shown}{', ...' if len(value) > 4 else ''}]"
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "..."
