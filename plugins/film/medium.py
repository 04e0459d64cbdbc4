"""The medium film: reads what telephones and cameras write, writes `.mp4` and `.webm`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.artwork import Artwork, Medium
from ...core.errors import FormatError
from ...core.files import atomic

if TYPE_CHECKING:
    from PIL.Image import Image

    from ...core.theme import Theme
    from .reel.container import FilmReel

__all__ = ["Film"]


class Film(Medium):
    """Pictures, words and music joined. The payload is a `FilmReel`: the bytes of a container and what is in it."""

    name = "film"
    summary = "Films of paintings, words and music: slow camera moves, lines in time with the music."
    participle = "filmed"
    reads = (".mp4", ".webm", ".mov", ".m4v", ".mkv")
    writes = (".mp4", ".webm")

    def content(self, payload: FilmReel) -> bytes:
        """A hash of the coded pictures and sound: tags and the order of packets in the file do not matter."""
        from .reel.container import identity

        return identity(payload)

    def load(self, path: Path) -> Artwork:
        """A film of up to 512 MiB and three hours, with the manifest in its comment tag, if any."""
        from ...core.manifest import find_manifest
        from ...core.tags import check_tags
        from .reel.container import MAX_BYTES, probe, read_tags

        suffix = path.suffix.lower()
        if suffix not in self.reads:
            raise FormatError(f"{str(path)!r} is no film file; films are read from: {', '.join(self.reads)}")
        try:
            if path.stat().st_size > MAX_BYTES:
                raise FormatError(
                    f"{str(path)!r} has {path.stat().st_size >> 20} MiB; films of up to {MAX_BYTES >> 20} MiB are read"
                )
            check_tags(path)
            data = path.read_bytes()
        except OSError as error:
            raise FormatError(f"{str(path)!r} cannot be read: {error.strerror}") from error
        reel = probe(data, suffix, str(path))
        tags = read_tags(reel)
        comment = tags.get("comment", "")
        manifest, remarks = find_manifest(comment if comment.startswith("{") else "", path, medium=self.name)
        return self.artwork(reel, title=tags.get("title", ""), provenance=manifest.provenance, remarks=remarks)

    def save(self, artwork: Artwork, path: Path) -> None:
        """Write the film; its streams are copied where the format takes them, else coded anew (a little is lost)."""
        from ...core.manifest import manifest_text
        from .reel.container import fits, rewrap
        from .reel.transcoding import transcode

        suffix = path.suffix.lower()
        if suffix not in self.writes:
            raise FormatError(
                f"a film cannot be written as {path.suffix or path.name!r}; use one of: {', '.join(self.writes)}"
            )
        reel: FilmReel = artwork.payload
        if not fits(reel, suffix):
            reel = transcode(reel, suffix)
        tags = {"title": artwork.title} if artwork.title else {}
        if artwork.provenance is not None:
            tags["comment"] = manifest_text(artwork, file_id=self.file_id(reel), ascii_only=True)
        with atomic(path) as temporary:
            rewrap(reel, temporary, tags)

    def with_words(self, payload: FilmReel, words: str) -> FilmReel:
        """The film coded anew with some words in the lower right corner of each picture."""
        from .reel.transcoding import transcode

        return transcode(payload, payload.suffix if payload.suffix in self.writes else self.writes[0], words=words)

    def preview(self, artwork: Artwork, *, width: int = 640) -> Image:
        """The picture at three fifths of the film."""
        from PIL import Image as Images

        from .reel.decoding import frames_at

        shown = frames_at(artwork.payload, [artwork.payload.duration_s * 0.6])
        if not shown:
            raise FormatError("the film is broken: no picture in its middle can be read")
        picture = shown[0]
        return picture.resize((width, max(1, round(width * picture.height / picture.width))), Images.Resampling.LANCZOS)

    def theme(self, artwork: Artwork) -> Theme:
        """The theme it was made from, where its manifest says; else its title, its colours and their mood."""
        from ...core.theme import Mood, Theme, find_language, read_words
        from .reel.measures import find_palette, measure, scan

        provenance = artwork.provenance
        if provenance is not None and provenance.theme:
            return Theme.from_dict(dict(provenance.theme))
        times, pictures = scan(artwork.payload)
        features = measure(artwork.payload, times, pictures)
        text = artwork.title or "a film"
        words, images = read_words(text)
        mood = Mood(
            valence=1.6 * (features["light_mean"] - 0.45) + features["warmth"],
            arousal=-0.4 + 6 * features["movement_mean"] + features["saturation"],
        )
        return Theme(
            text=text,
            words=words,
            language=find_language(text),
            images=images,
            mood=mood,
            palette=tuple(find_palette(pictures)),
        )

    def features(self, artwork: Artwork) -> dict[str, float]:
        """Length, light, colour, movement, cuts and loudness."""
        from .reel.measures import measure, scan

        return measure(artwork.payload, *scan(artwork.payload))

    def describe(self, artwork: Artwork) -> str:
        """A line of facts."""
        reel: FilmReel = artwork.payload
        sound = reel.audio_codec if reel.has_sound else "silent"
        name = f"{artwork.title}: " if artwork.title else ""
        return (
            f"{name}{reel.duration_s:.1f} s, {reel.width_px}x{reel.height_px} at {reel.fps:g} pictures a second, "
            f"{reel.video_codec}, {sound}"
        )

    def html(self, artwork: Artwork, files: Mapping[str, str]) -> str:
        """A player, with the words of the film below for those who cannot see or hear it."""
        from html import escape
        from urllib.parse import unquote

        reel: FilmReel = artwork.payload
        types = {".mp4": "video/mp4", ".webm": "video/webm"}
        sources = "".join(
            f'<source src="{escape(name, quote=True)}" type="{types[suffix]}">'
            for suffix, name in files.items()
            if suffix in types
        )
        links = " ".join(f'<a href="{escape(name, quote=True)}">{escape(unquote(name))}</a>' for name in files.values())
        label = escape(artwork.title or "film", quote=True)
        return (
            f'<figure class="film"><video controls playsinline preload="metadata" width="{reel.width_px}" '
            f'height="{reel.height_px}" '
            f'poster="{self._poster(artwork)}" aria-label="{label}">{sources}{links}</video></figure>'
        )

    def _poster(self, artwork: Artwork) -> str:
        """The picture shown before the film is started, as a data address."""
        import base64
        import io

        data = io.BytesIO()
        self.preview(artwork, width=960).save(data, "JPEG", quality=80)
        return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode("ascii")
