"""How likely works are to the composer, and how alike two folders of works are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ....core.errors import FormatError, InputError
from ....core.requests import Context, EvaluateRequest
from ....core.weights import read_card
from ..medium import NOTES, Music
from ..models.composer.corpus import from_midi_file
from ..models.composer.evaluation import VIEWS, evaluate_scores
from ..models.composer.lending import judges, lend, weight_files
from ..models.composer.options import ComposerOptions
from ..models.composer.roles.engine import lend_roles
from ..models.composer.roles.judging import role_score, with_roles
from ..models.composer.roles.scores import RoleScore
from ..models.composer.style_facts import facts
from ..models.composer.styles import OWN
from ..theory.feature_overlap import overlapping_areas
from ..theory.score import Score

__all__ = ["evaluate"]


def evaluate(request: EvaluateRequest[ComposerOptions], context: Context) -> dict[str, Any]:
    """Figures of the MIDI files and scores under a path; of style `options.styles` if one is named, else of the likeliest for each
    file. Piano pieces, songs with piano and string quartets
    are read by the net that knows their players, unless a style or weights are named.

    Raises InputError if there is no file that can be read.
    """
    options = request.options
    path = Path(request.path)
    files = _scores_under(path)
    style, named = _style_to_read_in(options, context)
    scores: list[Score] = []
    played: list[RoleScore] = []
    read: list[Path] = []
    skipped: list[str] = []
    for file in files:
        try:
            roles = None if style or options.weights else role_score(file, file.name)
            if roles is not None:
                played.append(roles)
            else:
                scores.append(from_midi_file(file, name=file.name, limit=64))
        except FormatError as error:
            skipped.append(str(error))
        else:
            read.append(file)
    if not scores and not played:
        raise InputError(
            f"{str(path)!r} holds no notes that can be read; give a .mid file or a score, or a folder of them"
        )
    paths = {name: judges(name, options.weights, context.home) for name in ("all", "bach")}
    with lend(context, paths["all"]) as general, lend(context, paths["bach"]) as chorale:
        engines = {"all": general.seen(VIEWS), "bach": chorale.seen(VIEWS)}
        result = evaluate_scores(
            engines, scores, style, alone=bool(options.weights)
        )  # counts were fitted to the shipped nets
    result["styles"] = {named.get(name, name): count for name, count in result["styles"].items()}
    if played:
        with lend_roles(context) as engine:
            result = with_roles(engine, played, result)
    result["skipped"] = skipped
    if request.reference is not None:
        result["reference"] = _compare(read, Path(request.reference))
    return result


def _scores_under(path: Path) -> list[Path]:
    """A file, or the MIDI files and scores of a folder, in order of name."""
    return [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix.lower() in NOTES)


def _style_to_read_in(options: ComposerOptions, context: Context) -> tuple[str, dict[str, str]]:
    """(learned style in which all files are read, or "" for the likeliest of each; what a style is called by whom it
    belongs to). Raises InputError for a style that is not known.
    """
    style = options.styles.split(",")[0].strip() if options.styles else ""
    if options.weights:
        learned = read_card(weight_files("all", options.weights, context.home)[0]).get("data", {}).get("works", {})
        if OWN in learned and style in ("", options.weights):
            return OWN, {OWN: options.weights}
    if style and style not in facts():
        raise InputError(f"no style {style!r} to read the files in; there are: {', '.join(facts())}")
    return style, {}


def _compare(files: Sequence[Path], reference: Path) -> dict[str, Any]:
    """Overlapping area of each feature of the files and of a reference folder, or a file of it (Yang and Lerch 2020);
    what can't be read is told.
    """
    medium = Music()
    files_of_reference = _scores_under(reference)
    theirs: list[dict[str, float]] = []
    skipped: list[str] = []
    for path in files_of_reference:
        try:
            theirs.append(medium.features(medium.load(path)))
        except FormatError as error:
            skipped.append(str(error))
    if len(theirs) < 2:
        raise InputError(
            f"the reference {str(reference)!r} holds {len(theirs)} files that can be read; distances within "
            f"it need at least 2"
        )
    ours = [medium.features(medium.load(p)) for p in files]
    return {"files": len(theirs), "overlapping_area": overlapping_areas(ours, theirs), "skipped": skipped}
