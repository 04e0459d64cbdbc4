"""The pages: to make, to look, to compare, a work, jobs. Each is a function of the site and what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import FileResponse, RedirectResponse, Response

from ....core.errors import InputError, UnknownName, UsageError
from ....core.fonts import FACES, font_path
from ....core.provenance import verify
from ..asking.answers import entry_facts, facts
from ..asking.options import lent_model, lent_models, lent_schema
from ..asking.shown import THUMBNAIL, fragment, open_suffixes, shown_file
from ..asking.verbs import JOBS, VERBS
from .asking import ask_job, media_of, verbs_of
from .forms import PREFIX, entries, read_form

if TYPE_CHECKING:
    from .app import Asked, Site

__all__ = ["number"]

_FRONT, _BOARD = 8, 48
_MORE = ("theme_from", "style_from", "sources", "candidates", "novelty", "seed")
_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_TYPES = {
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".abc": "text/plain; charset=utf-8",
    ".mid": "audio/midi",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
}


def number(query: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    """A whole number of the query. Raises UsageError."""
    text = query.get(name, str(default))
    if not (text.isdecimal() and text.isascii() and len(text) < 10 and least <= int(text) <= most):
        raise UsageError(f"{name} is {text[:20]!r}; it is a whole number from {least} to {most}")
    return int(text)


# ------------------------------------------------------------------ to make


def front(site: Site, asked: Asked) -> Response:
    """A theme, a button for each medium, and the newest works."""
    rows = [entry_facts(row) for row in site.studio.library.entries(limit=_FRONT)]
    return site.page("front.html", asked, media=media_of(site.studio), works=rows, thumbnail=THUMBNAIL)


def make_from_front(site: Site, asked: Asked) -> Response:
    """A work from the first page: a theme and a medium."""
    medium = str(asked.form.get("medium", ""))
    return _queued(site, medium, "generate", {"theme": asked.form.get("theme", "")})


def make_form(site: Site, asked: Asked) -> Response:
    """The form of a verb of a medium, with the options of the model that is chosen."""
    medium, operation = str(asked.path["medium"]), str(asked.path["operation"])
    site.studio.registry.medium(medium)
    lent = lent_models(site.studio, medium, operation) if operation in VERBS else {}
    if not lent:
        raise UnknownName("page", operation, verbs_of(site.studio, medium), where=f" for {medium}")
    chosen = asked.query.get("model") or None
    _, spec = lent_model(site.studio, medium, chosen, operation)
    schema = VERBS[operation].model_json_schema()
    fields = entries(schema, asked.query, without=("model", "options", "mask"))
    styles = [name for (of, name) in sorted(site.studio.registry.styles) if of == medium]
    return site.page(
        "make.html",
        asked,
        medium=medium,
        operation=operation,
        verbs=verbs_of(site.studio, medium),
        media=media_of(site.studio),
        summary=site.studio.registry.medium(medium).summary,
        models=sorted(lent),
        chosen=chosen or "",
        default=spec.name,
        about=spec.summary,
        fields=[field for field in fields if field.name not in _MORE],
        more=[field for field in fields if field.name in _MORE],
        options=entries(lent_schema(spec), asked.query, prefix=PREFIX),
        styles=styles,
    )


def make(site: Site, asked: Asked) -> Response:
    """What was filled in, asked for."""
    medium, operation = str(asked.path["medium"]), str(asked.path["operation"])
    if operation not in JOBS:
        raise UnknownName("page", operation, JOBS)
    return _queued(site, medium, operation, read_form(JOBS[operation].model_json_schema(), asked.form))


def _queued(site: Site, medium: str, operation: str, values: Mapping[str, Any]) -> Response:
    job = ask_job(site, medium, operation, values)
    return RedirectResponse(f"/jobs/{job.id}", 303)


def jobs(site: Site, asked: Asked) -> Response:
    """The newest jobs."""
    return site.page("jobs.html", asked, jobs=site.queue.jobs(person=site.person))


def job(site: Site, asked: Asked) -> Response:
    """A job: how far it is; its work, once there is one."""
    found = site.job(str(asked.path["id"]))
    work = found.result.get("work")
    if found.state == "done" and work and found.operation != "replay":
        return RedirectResponse(f"/works/{_digits(str(work))}", 303)
    ahead = site.queue.ahead(found) if found.state == "queued" else 0
    same = work is not None and _digits(str(work)).startswith(_digits(str(found.ask.get("work", "?"))))
    return site.page(
        "job.html",
        asked,
        job=found,
        ahead=ahead,
        work=_digits(str(work)) if work else "",
        same=same,
        findings=json.dumps(found.result.get("findings", {}), ensure_ascii=False, indent=1),
    )


def cancel(site: Site, asked: Asked) -> Response:
    """Stop a job."""
    return RedirectResponse(f"/jobs/{site.queue.cancel(site.job(str(asked.path['id'])).id).id}", 303)


# ------------------------------------------------------------------ to look


def works(site: Site, asked: Asked) -> Response:
    """The library as a board, searched by words."""
    medium, words = asked.query.get("medium") or None, asked.query.get("words", "")[:400]
    if medium is not None:
        site.studio.registry.medium(medium)
    page = number(asked.query, "page", 1, least=1, most=10_000)
    rows = site.studio.library.entries(medium=medium, limit=page * _BOARD + 1, words=words)
    shown = [entry_facts(row) for row in rows[(page - 1) * _BOARD : page * _BOARD]]
    more = (
        f"/works?medium={quote(medium or '')}&words={quote(words)}&page={page + 1}" if len(rows) > page * _BOARD else ""
    )
    media = sorted(site.studio.registry.media)
    return site.page(
        "works.html", asked, works=shown, media=media, medium=medium or "", words=words, more=more, thumbnail=THUMBNAIL
    )


def work(site: Site, asked: Asked) -> Response:
    """A work: itself, its files, how it was made, how original it is, what was said of it."""
    studio = site.studio
    found = studio.library.work(str(asked.path["id"]))
    medium, digits = studio.registry.medium(found.medium), _digits(found.id)
    files = {suffix: f"/works/{digits}/file{suffix}" for suffix in (*open_suffixes(medium), THUMBNAIL)}
    row = facts(studio, found)
    made = found.provenance
    return site.page(
        "work.html",
        asked,
        work=row,
        digits=digits,
        shown=Markup(fragment(medium, found, files)),  # of a plugin's medium, which escapes what is not its own
        files={suffix: address for suffix, address in files.items() if suffix != THUMBNAIL},
        parents=[_digits(parent) for parent in row.get("parents", [])],
        was_made=made is not None and made.operation != "load",
        verdict=verify(found, medium)["verdict"],
        manifest=json.dumps(made.to_dict() if made else {}, ensure_ascii=False, indent=1),
        said=[entry for entry in studio.feedback.said(work=found.id) if entry.kind in ("rating", "comment")],
        verbs=[verb for verb in verbs_of(studio, found.medium) if verb in ("analyze", "transfer_style", "restore")],
        media=media_of(studio),
    )


def say_of_work(site: Site, asked: Asked) -> Response:
    """Stars or a comment."""
    work = site.studio.library.work(str(asked.path["id"]))
    stars, comment = asked.form.get("stars", ""), str(asked.form.get("comment", "")).strip()
    if not stars and not comment:
        raise InputError("give stars, or a comment")
    if stars:
        features = site.studio.registry.medium(work.medium).features(work)
        site.studio.feedback.rate(work, number({"stars": str(stars)}, "stars", 0, least=1, most=5), features=features)
    if comment:
        site.studio.feedback.comment(work, comment)
    return RedirectResponse(f"/works/{_digits(work.id)}", 303)


def work_file(site: Site, asked: Asked) -> Response:
    """A work as a file of a suffix that its medium writes; what is in it runs nothing."""
    suffix = str(asked.path["suffix"])
    file = shown_file(site.studio, str(asked.path["id"]), suffix)
    headers = {"content-security-policy": _FILE_POLICY, "cache-control": "private, max-age=31536000, immutable"}
    return FileResponse(file, media_type=_TYPES.get(file.suffix), headers=headers)


def font(site: Site, asked: Asked) -> Response:
    """A font of the house, for who has none that shows Chinese."""
    face = str(asked.path["face"])
    if face not in FACES:
        raise UnknownName("page", face, FACES)
    return FileResponse(font_path(face, ".woff2"), headers={"cache-control": "public, max-age=31536000"})


def compare(site: Site, asked: Asked) -> Response:
    """Two works of a medium that were not compared yet."""
    media = sorted(site.studio.registry.media)
    medium = asked.query.get("medium") or next(iter(media_of(site.studio)), "")
    site.studio.registry.medium(medium)
    skip = number(asked.query, "skip", 0, least=0, most=10_000)
    pair = _pair(site, medium, skip)
    return site.page("compare.html", asked, pair=pair, medium=medium, media=media, skip=skip + 1, thumbnail=THUMBNAIL)


def prefer(site: Site, asked: Asked) -> Response:
    """One of two works is better."""
    studio = site.studio
    better, other = (studio.library.work(str(asked.form.get(name, ""))) for name in ("better", "other"))
    medium = studio.registry.medium(better.medium)
    if other.medium != better.medium:
        raise InputError(f"works of two media are not compared: {better.medium} and {other.medium}")
    studio.feedback.prefer(better, other, features=medium.features(better), other_features=medium.features(other))
    return RedirectResponse(f"/compare?medium={quote(better.medium)}", 303)


def _pair(site: Site, medium: str, skip: int) -> list[dict[str, Any]]:
    """The two newest works that nobody compared, `skip` pairs further; none where there are not so many."""
    rows = [entry_facts(row) for row in site.studio.library.entries(medium=medium, limit=_BOARD)]
    known = {frozenset((entry.work, entry.other)) for entry in site.studio.feedback.preferences(medium=medium)}
    pairs = [
        [one, other]
        for last, one in enumerate(rows)
        for other in rows[:last]
        if frozenset((one["id"], other["id"])) not in known
    ]
    return pairs[skip % len(pairs)] if pairs else []


def _digits(id_: str) -> str:
    return id_.removeprefix("sha256:")
