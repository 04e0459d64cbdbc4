"""Pictures on disk: read whatever is there as plain 8-bit RGB, or say in one line why not.

Size is judged from the header before anything is decoded, so a picture that claims 40,000 x 40,000 pixels costs
nothing. Rotation by EXIF is obeyed, colours are turned to sRGB, transparency lies on white, deep greys are scaled (see
`decoding`), and of an animation the first frame is read. The manifest lies in a text chunk "artwright" of a PNG and in
the EXIF comment of a JPEG or WebP; where it is too long for that, in a sidecar.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, PngImagePlugin, UnidentifiedImageError

from ....core.errors import FormatError, InputError
from ....core.files import atomic
from ....core.manifest import has_blank_seal, sidecar, write_sidecar
from .decoding import DECODING_ERRORS, to_mask, to_rgb, upright
from .openraster import read_merged

__all__ = [
    "LARGEST_PIXELS",
    "LARGEST_SIDE",
    "SMALLEST_SIDE",
    "check_size",
    "count_manifests",
    "read_mask",
    "read_picture",
    "write_picture",
]

SMALLEST_SIDE = 16
LARGEST_SIDE = 16_384
LARGEST_PIXELS = 120_000_000
FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".jfif": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".avif": "AVIF",
    ".heic": "HEIF",
    ".heif": "HEIF",
    ".ora": "OpenRaster",
    ".psd": "PSD",
}
"""The format that each suffix promises."""
_ALIASES = {"MPO": "JPEG", "DIB": "BMP"}
_NAMES = "PNG, JPEG, WebP, TIFF, BMP, GIF, AVIF, HEIC, OpenRaster and PSD"
CHUNK = "artwright"
COMMENT_LIMIT = 60_000  # an EXIF segment of a JPEG holds 65,533 bytes
_ASCII = b"ASCII\0\0\0"
_BROKEN = (*DECODING_ERRORS, struct.error, zlib.error)


def read_picture(path: Path) -> tuple[Image.Image, str]:
    """(RGB picture, manifest inside or "") of a file. Raises FormatError in one line; nothing large is decoded before
    the size is known.
    """
    path = Path(path)
    with _decoded(path) as image:
        return to_rgb(upright(image)), _manifest(image)


def read_mask(path: Path) -> Image.Image:
    """The picture in a file as a mask: greys (mode L), white where to mend, black where it is transparent.

    Raises FormatError in one line.
    """
    with _decoded(Path(path)) as image:
        return to_mask(upright(image))


@contextmanager
def _decoded(path: Path) -> Iterator[Image.Image]:
    """The whole picture of a file, as it is. Raises FormatError, also for what goes wrong while the block reads it."""
    asked = FORMATS.get(path.suffix.lower())
    if asked is None:
        raise FormatError(
            f"{str(path)!r} is not read as a picture; its name should end in {', '.join(sorted(FORMATS))}"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if asked == "HEIF":
                _learn_heif(path)
            with _open(path, asked) as image:
                yield image
    except UnidentifiedImageError as error:
        raise FormatError(_tell_unknown(path)) from error
    except Image.DecompressionBombError as error:
        raise FormatError(f"{str(path)!r} is too large: {_limits()}") from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except _BROKEN as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise FormatError(
            f"{str(path)!r} is a broken or truncated {asked}: {reason}; get a whole copy of it"
        ) from error


def _learn_heif(path: Path) -> None:
    """Teach Pillow the format of phones. Raises FormatError if the package for it is not there."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise FormatError(
            f"{str(path)!r} is HEIC, which is read with the extra 'heic': pip install 'artwright[heic]', "
            f"or save it as JPEG or PNG"
        ) from error
    register_heif_opener()


def _tell_unknown(path: Path) -> str:
    if path.stat().st_size == 0:
        return f"{str(path)!r} is empty (0 bytes); get a whole copy of it"
    return f"{str(path)!r} is no picture that can be read; {_NAMES} are"


def _limits() -> str:
    return (
        f"a picture may have at most {LARGEST_SIDE:,} pixels a side and {LARGEST_PIXELS:,} in all; scale it down first"
    )


def _check(path: Path, image: Image.Image, asked: str) -> None:
    found = _ALIASES.get(image.format or "", image.format)
    if found != asked:
        raise FormatError(f"{str(path)!r} holds {found}, not {asked} as its name says; rename it")
    check_size(image, repr(str(path)))


def check_size(image: Image.Image, name: str) -> None:
    """Raise FormatError, with the picture's name, for a picture beyond the limits."""
    width, height = image.size
    if max(width, height) > LARGEST_SIDE or width * height > LARGEST_PIXELS:
        raise FormatError(f"{name} is {width:,} x {height:,} pixels: {_limits()}")
    if min(width, height) < SMALLEST_SIDE:
        raise FormatError(f"{name} is {width} x {height} pixels; at least {SMALLEST_SIDE} x {SMALLEST_SIDE} are needed")


_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_LONGEST_PROFILE = 16_000_000
_LONGEST_TEXT = 1_000_000  # bytes unpacked: Pillow refuses a PNG that holds a longer one


def _open(path: Path, asked: str) -> Image.Image:
    """The picture of a file, loaded. Long texts beside it (comments, XMP) say nothing of its pixels and are skipped."""
    if asked == "OpenRaster":
        merged, manifest = read_merged(path)
        image = _load(path, merged, "PNG")
        image.format, image.info[CHUNK] = asked, manifest
        return image
    try:
        return _load(path, path, asked)
    except ValueError as error:
        if asked != "PNG" or "MAX_TEXT" not in str(error):
            raise
        rest, profile = _without_texts(path)
        image = _load(path, rest, asked)
        if profile:
            image.info["icc_profile"] = profile
        return image


def _load(path: Path, source: Path | io.BytesIO, asked: str) -> Image.Image:
    formats = [f for f in (*dict.fromkeys(FORMATS.values()), "DIB") if f not in ("HEIF", "OpenRaster") or asked == f]
    image = Image.open(source, formats=formats)
    try:
        _check(path, image, asked)
        image.load()
    except BaseException:
        image.close()
        raise
    return image


def _without_texts(path: Path) -> tuple[io.BytesIO, bytes]:
    """(a PNG without its texts, but for a manifest of ours; its colour profile), since Pillow takes both up to 1 MB."""
    rest, profile = io.BytesIO(_SIGNATURE), b""
    rest.seek(0, io.SEEK_END)
    with open(path, "rb") as file:
        file.seek(len(_SIGNATURE))
        while len(head := file.read(8)) == 8:
            size, kind = struct.unpack(">I4s", head)
            body = file.read(size + 4)
            if kind == b"iCCP":
                packed = body.partition(b"\0")[2][1:]
                profile = zlib.decompressobj().decompress(packed, _LONGEST_PROFILE)
            elif kind not in _TEXTS or _is_manifest(body[:-4]):
                rest.write(head + body)
    rest.seek(0)
    return rest, profile


_HEAD = CHUNK.encode() + b"\0"


def _is_manifest(body: bytes) -> bool:
    """Whether a text chunk is a manifest of ours that Pillow takes."""
    flag, text = body[len(_HEAD) : len(_HEAD) + 1], body[len(_HEAD) + 4 :]
    if not body.startswith(_HEAD) or flag != b"\1":
        return body.startswith(_HEAD) and len(text) <= _LONGEST_TEXT
    try:
        return len(zlib.decompressobj().decompress(text, _LONGEST_TEXT + 1)) <= _LONGEST_TEXT
    except zlib.error:
        return False


def count_manifests(path: Path) -> int:
    """How many manifests a PNG carries; 1 for any other file, which has room for no more."""
    count = 0
    with open(path, "rb") as file:
        if file.read(len(_SIGNATURE)) != _SIGNATURE:
            return 1
        while len(head := file.read(8)) == 8:
            size, kind = struct.unpack(">I4s", head)
            if kind in _TEXTS and file.read(min(size, len(_HEAD))) == _HEAD:
                count += 1
                size -= len(_HEAD)
            elif kind in _TEXTS:
                size -= min(size, len(_HEAD))
            file.seek(size + 4, 1)
    return count


def _manifest(image: Image.Image) -> str:
    """What a file says of its making, as it stands there; nothing where that cannot be read: the picture is whole."""
    try:
        if image.format == "PNG":
            return str(getattr(image, "text", {}).get(CHUNK, ""))
        if image.format == "OpenRaster":
            return str(image.info[CHUNK])
        if image.format not in ("JPEG", "MPO", "WEBP"):
            return ""
        comment = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment, b"")
        comment = comment.encode("latin-1", "replace") if isinstance(comment, str) else bytes(comment)
    except _BROKEN:
        return ""
    text = comment.removeprefix(_ASCII).decode("ascii", "replace")
    return text if text.startswith("{") else ""  # a camera's comment is none


def write_picture(picture: Image.Image, path: Path, *, title: str, manifest: Callable[[Image.Image], str]) -> None:
    """Write an RGB picture as its suffix says, whole or not at all, with its manifest.

    manifest: tells it, in ASCII, of the picture as it will be read from the file. Raises FormatError for a suffix that is
    not written, InputError for a size that the format cannot hold.
    """
    path = Path(path)
    kind = FORMATS.get(path.suffix.lower())
    if kind not in ("PNG", "JPEG", "WEBP"):
        raise FormatError(f"a painting is not written as {path.suffix or path.name!r}; choose .png, .jpg or .webp")
    if kind == "WEBP" and max(picture.size) > 16_383:
        raise InputError(
            f"WebP holds at most 16,383 pixels a side, the picture has {max(picture.size):,}; write a .png"
        )
    beside = False
    with atomic(path) as temporary:
        if kind == "PNG":
            text = manifest(picture)
            chunks = PngImagePlugin.PngInfo()
            if title:
                chunks.add_itxt("Title", title)
            chunks.add_itxt(CHUNK, text, zip=len(text) > 2000 and not has_blank_seal(text))
            picture.save(temporary, "PNG", pnginfo=chunks, compress_level=6)
        else:
            settings: dict[str, Any] = (
                {"quality": 95, "subsampling": 0} if kind == "JPEG" else {"quality": 94, "method": 4}
            )
            coded = io.BytesIO()
            picture.save(coded, kind, **settings)
            with Image.open(coded) as lossy:
                text = manifest(lossy.convert("RGB"))
            beside = len(text) > COMMENT_LIMIT
            exif = Image.Exif()
            exif[ExifTags.Base.Software] = "artwright"
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = _ASCII + (
                b"" if beside else text.encode("ascii")
            )
            picture.save(temporary, kind, exif=exif, **settings)
    if beside:
        write_sidecar(path, text)
    else:
        sidecar(path).unlink(missing_ok=True)
