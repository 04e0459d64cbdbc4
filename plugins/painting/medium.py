"""Painting as a medium: the payload is an RGB `PIL.Image.Image` of 8 bits a channel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.artwork import Artwork, Medium

if TYPE_CHECKING:
    from PIL.Image import Image

    from ...core.originality import Fingerprint
    from ...core.theme import Theme

__all__ = ["INDEX", "Painting"]

INDEX = Path(__file__).parent / "reading" / "data" / "works.safetensors"
"""Known paintings, to compare with; built by `tools/painting_index.py`."""


class Painting(Medium):
    """Pictures: read from most formats, written as PNG, JPEG or WebP with the manifest inside.

    Limits: 16 to 16,384 pixels a side, 120 million in all, judged by the header; of an animation the first frame.
    """

    name = "painting"
    participle = "painted"
    summary = "pictures made of strokes, read, restyled and mended"
    reads = (
        ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".heic", ".heif",
        ".ora", ".psd",
    )  # fmt: skip
    writes = (".png", ".jpg", ".jpeg", ".webp")

    def content(self, payload: Any) -> bytes:
        """Size and pixels: the same for a picture and for its PNG read back."""
        picture = payload if payload.mode == "RGB" else payload.convert("RGB")
        return b"%d x %d\n" % picture.size + picture.tobytes()

    def check(self, payload: Any) -> None:
        """Raise FormatError for a picture beyond the limits."""
        from .formats.files import check_size

        check_size(payload, "the picture")

    def load(self, path: Path) -> Artwork:
        """The picture in a file, upright, RGB. Raises FormatError in one line."""
        from ...core.manifest import find_manifest
        from .formats.files import count_manifests, read_picture

        path = Path(path)
        picture, inside = read_picture(path)
        found, remarks = find_manifest(inside, path, medium=self.name, count=count_manifests(path))
        return self.artwork(
            picture,
            title=found.title or path.stem.replace("-", " ").replace("_", " "),
            provenance=found.provenance,
            remarks=remarks,
        )

    def read_mask(self, source: Path | Image) -> Image:
        """Greys from a file or a picture of any mode, white where to mend; what is transparent is not mended."""
        from PIL.Image import Image as Picture

        if isinstance(source, Picture):
            from .formats.decoding import to_mask

            return to_mask(source)
        from .formats.files import read_mask

        return read_mask(Path(source))

    def save(self, artwork: Artwork, path: Path) -> None:
        """Write the picture as the suffix says, manifest inside (beside it where a JPEG has no room)."""
        from ...core.manifest import manifest_text
        from .formats.files import write_picture

        def manifest(picture: Image) -> str:
            file_id = self.file_id(picture)
            return manifest_text(artwork, file_id="" if file_id == artwork.id else file_id, ascii_only=True)

        write_picture(artwork.payload.convert("RGB"), Path(path), title=artwork.title, manifest=manifest)

    def with_words(self, payload: Any, words: str) -> Image:
        """The picture with some words in its lower right corner, as high as a twentieth of its shorter side."""
        from .formats.words import written_on

        return written_on(payload, words)

    def preview(self, artwork: Artwork, *, width: int = 640) -> Image:
        """The picture scaled to `width`; one more than four times as high stands whole on white, `width` by four times
        that.
        """
        from PIL import Image as pil

        picture = artwork.payload.convert("RGB")
        height = max(1, round(picture.height * width / picture.width))
        if height <= 4 * width:
            return picture.resize((width, height), pil.Resampling.LANCZOS)
        narrow = max(1, round(4 * width * picture.width / picture.height))
        sheet = pil.new("RGB", (width, 4 * width), "white")
        sheet.paste(picture.resize((narrow, 4 * width), pil.Resampling.LANCZOS), ((width - narrow) // 2, 0))
        return sheet

    def theme(self, artwork: Artwork) -> Theme:
        """Palette and mood from colour and values; images from the theme or plan it was painted from, else guessed from
        what is seen.
        """
        from .reading.theme import read_theme

        return read_theme(artwork)

    def features(self, artwork: Artwork) -> dict[str, float]:
        """Forty numbers on colour, values, composition and brushwork."""
        from .reading.theme import features

        return features(artwork.payload)

    def fingerprint(self, artwork: Artwork) -> Fingerprint:
        """The masses of light of the picture, found again in copies that were mirrored, trimmed, tinted or reduced."""
        from .reading.likeness import fingerprint

        return fingerprint(artwork.payload)

    def indexes(self) -> tuple[Path, ...]:
        """6,713 paintings of 417 artists."""
        return (INDEX,)

    def describe(self, artwork: Artwork) -> str:
        """Title, size, and how it came to be."""
        width, height = artwork.payload.size
        text = f"{artwork.title or artwork.short_id}, {width} x {height} pixels"
        made = artwork.provenance
        if made is not None and made.operation != "load":
            style = f" in the style {made.style}" if made.style else ""
            text += f" ({made.operation.replace('_', ' ')}{' by ' + made.model if made.model else ''}{style})"
        return text

    def lessons(self) -> Mapping[str, str]:
        """The values of colours."""
        return {"values": f"{__package__}.teaching.colours:Values"}

    def html(self, artwork: Artwork, files: Mapping[str, str]) -> str:
        """A figure with the picture."""
        from html import escape

        source = next((files[s] for s in (*self.writes, *self.reads) if s in files), "")
        width, height = artwork.payload.size
        title = escape(artwork.title or "Painting")
        return (
            f'<figure class="painting"><img src="{escape(source)}" width="{width}" height="{height}" '
            f'alt="{title}"><figcaption>{title}</figcaption></figure>'
        )
