"""Commands of music beside those that every medium has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from ...core.commands.printing import echo_json, note, show
from ...core.commands.session import pass_studio
from .arranging.names import EnsembleName, SongMetre, TextureName, VoiceName

if TYPE_CHECKING:
    from ...core.studio import Studio

__all__ = ["music"]


_FONT = click.Path(path_type=Path, dir_okay=False, exists=True)
_FONT_HELP = "SoundFont (.sf2, .sf3) that plays; else that of ARTWRIGHT_SOUNDFONT, of pretty_midi, or Debian's."


@click.group()
def music() -> None:
    """Joins the medium's own group."""


@music.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--soundfont", type=_FONT, help=_FONT_HELP)
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@pass_studio
def convert(studio: Studio, source: Path, target: Path, soundfont: Path | None, force: bool, as_json: bool) -> None:
    """Write music in another format, and tell what that cannot hold.

    Reads all that music reads (MIDI, MusicXML, MXL, ABC, Humdrum kern; of a recording, its melody), writes all that it
    writes: MIDI, MusicXML, MXL, ABC, sound, and with the extra `scores` engraved pages; also LilyPond (.ly).
    """
    from ...core.errors import InputError
    from ...core.files import check_output, write_text
    from ...core.holdings import check_suffix
    from .notation.lilypond_write import lilypond_text
    from .notation.losses import changed_notes, unread, unwritten
    from .notation.page import make_page
    from .performing.fonts import lacking, played_by

    medium = studio.registry.medium("music")
    suffix = target.suffix.lower()
    if suffix != ".ly":
        check_suffix(medium, target)
    check_output(target, force=force)
    work = studio.load(source, "music")
    if not any(player.notes for player in work.payload.instruments):
        raise InputError(f"{str(source)!r} has no melody that can be written down; give notes, or a single clear line")
    with played_by(soundfont):
        if suffix == ".ly":
            write_text(target, lilypond_text(make_page(work.payload, work.title)))
        else:
            studio.save(work, target, force=force)
        others = lacking(work.payload) if suffix in (".wav", ".flac", ".mp3", ".ogg", ".opus") else []
    lost = unwritten(work.payload, suffix)
    if suffix in medium.reads and suffix in (".musicxml", ".mxl", ".abc", ".mid", ".midi"):
        changed = changed_notes(work.payload, medium.load(target).payload)
        lost |= {"note changed": changed} if changed else {}
    passed_over = unread(source)
    if as_json:
        row = {"file": str(target), "id": work.id, "title": work.title, "not_read": passed_over, "not_kept": lost}
        row |= {"not_in_soundfont": others} if others else {}
        echo_json(row)
        return
    show(str(target))
    for said, counts in (("not read", passed_over), ("not kept", lost)):
        if counts:
            note(f"{said}: " + ", ".join(_many(count, name) for name, count in counts.items()))
    if others:
        note(f"the SoundFont lacks {', '.join(others)}: others of their family play")


@music.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--format", "suffix", type=click.Choice(["wav", "flac", "mp3", "ogg", "opus"]), default="wav", show_default=True
)
@click.option("--soundfont", type=_FONT, help=_FONT_HELP)
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@pass_studio
def stems(
    studio: Studio, source: Path, folder: Path, suffix: str, soundfont: Path | None, force: bool, as_json: bool
) -> None:
    """Write the sound of each part as a file of its own; together they are the whole.

    All are equally long and have one gain, so that they can be mixed anew.
    """
    from ...core.files import atomic, check_output, make_folder
    from .performing.fonts import played_by
    from .performing.rendering import RATE_HZ, render_stems
    from .performing.sound_files import write_sound

    work = studio.load(source, "music")
    parts = [part for part in work.payload.instruments if part.notes]
    names = [re.sub(r"[^\w-]+", "-", part.name).strip("-").lower() or "part" for part in parts]
    targets = [folder / f"{i:02d}-{name}.{suffix}" for i, name in enumerate(names, 1)]
    for target in targets:
        check_output(target, force=force)
    rate = 48_000 if suffix == "opus" else RATE_HZ
    with played_by(soundfont):
        sounds = render_stems(work.payload, rate_hz=rate)
    make_folder(folder)
    for target, part, sound in zip(targets, parts, sounds, strict=True):
        with atomic(target) as temporary:
            write_sound(temporary, sound, rate, title=f"{work.title}: {part.name}" if work.title else part.name)
    if as_json:
        echo_json({"files": [str(target) for target in targets], "id": work.id})
        return
    for target in targets:
        show(str(target))


_shared = (
    click.option(
        "--texture",
        type=click.Choice(get_args(TextureName)),
        help="How chords are played; as the mood has it if not given.",
    ),
    click.option("--ensemble", type=click.Choice(get_args(EnsembleName)), default="piano", show_default=True),
    click.option("--tempo", type=click.FloatRange(20, 400), help="Quarter notes a minute."),
    click.option("--seed", type=int, default=None, help="Random seed: same seed, same work. Random if not given."),
    click.option("--output", metavar="FILE", help="Where to write: .mid, .musicxml, .pdf, .wav ..."),
    click.option("--force", is_flag=True, help="Replace the file if it is there."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else."),
)


def _with_shared(command: Any) -> Any:
    for option in reversed(_shared):
        command = option(command)
    return command


@music.command("set")
@click.argument("poem", metavar="POEM")
@click.option(
    "--voice", type=click.Choice(get_args(VoiceName)), default="mezzo-soprano", show_default=True, help="Who sings."
)
@click.option("--key", default="", help="As in 'C major' or 'f# minor'; from the mood if not given.")
@click.option("--metre", type=click.Choice(get_args(SongMetre)), help="The one that suits the words if not given.")
@click.option(
    "--melismas",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="Share of the long strong syllables on two notes or three.",
)
@_with_shared
@pass_studio
def set_words(
    studio: Studio, poem: str, voice: str, key: str, metre: str | None, melismas: float, **asked: Any
) -> None:
    """Set a poem to music, English or Chinese: a syllable a note (or more, if asked), strong syllables on beats, tones not contradicted.

    POEM is a text, a work of the library, or `-` for standard input. The words stand under the notes in MIDI, MusicXML
    and engraved pages.
    """
    options = {"voice": voice, "key": key, "metre": metre or "", "melismas": melismas}
    _arrange(studio, poem, "literature", options, **asked)


@music.command()
@click.argument("melody", metavar="MELODY")
@click.option("--chords", default="", help="Symbols, a bar each and over again, as in 'Am F C G'; found if not given.")
@_with_shared
@pass_studio
def accompany(studio: Studio, melody: str, chords: str, **asked: Any) -> None:
    """Play an accompaniment to a melody: its highest line stays as it is, chords and a texture come under it."""
    _arrange(studio, melody, "music", {"chords": chords}, **asked)


def _arrange(
    studio: Studio,
    place: str,
    kind: str,
    options: dict[str, Any],
    *,
    texture: str | None,
    ensemble: str,
    tempo: float | None,
    seed: int | None,
    output: str | None,
    force: bool,
    as_json: bool,
) -> None:
    import secrets

    from ...core.commands.inputs import open_work
    from ...core.commands.outputs import plan_outputs, write_work

    medium = studio.registry.medium("music")
    seed = secrets.randbits(31) if seed is None else seed
    target = plan_outputs(studio, medium, output, count=1, seed=seed, force=force, as_json=as_json)[0]
    source = open_work(studio, place, studio.registry.medium(kind))
    options |= {"texture": texture or "", "ensemble": ensemble, "tempo_qpm": tempo or 0.0}
    asked = {name: value for name, value in options.items() if value}
    work = studio.generate("music", source, model="arranger", options=asked, seed=seed, sources=[source])
    row = write_work(studio, medium, work, target, force=force, as_json=as_json)
    if as_json:
        echo_json(row)


def _many(count: int, name: str) -> str:
    """ "1 slur", "3 slurs", "2 changes of metre"."""
    if count == 1:
        return f"1 {name}"
    head, _, rest = name.partition(" ")
    whole = {"change", "note", "direction", "marker", "fingering"}
    if name == "velocity":
        return f"{count} velocities"
    return f"{count} {head}s {rest}" if head in whole and rest not in ("group",) else f"{count} {name}s"
