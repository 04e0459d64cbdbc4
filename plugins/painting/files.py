"""Pictures on disk: read whatever is there as plain 8-bit RGB, or say in one line why not.

Size is judged from the header before anything is decoded, so a picture that claims 40,000 x 40,000 pixels costs
nothing. Rotation by EXIF is obeyed, embedded colour profiles are turned to sRGB, transparency lies on white, 16-bit
and floating greys are scaled, and of an animation the first frame is read. The manifest lies in a text chunk
"artwright" of a PNG and in the EXIF comment of a JPEG or WebP; where it is too long for that, in a sidecar.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from struct import error as struct_error
from typing import Any
from zlib import error as zlib_error

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageOps, PngImagePlugin, UnidentifiedImageError

from ...core.errors import FormatError, InputError
from ...core.files import atomic
from ...core.manifest import sidecar, write_sidecar

__all__ = ["LARGEST_PIXELS", "LARGEST_SIDE", "SMALLEST_SIDE", "read_picture", "write_picture"]

SMALLEST_SIDE = 16
LARGEST_SIDE = 16_384
LARGEST_PIXELS = 120_000_000
FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
    ".gif": "GIF",
}
CHUNK = "artwright"
COMMENT_LIMIT = 60_000  # an EXIF segment of a JPEG holds 65,533 bytes
_ASCII = b"ASCII\0\0\0"
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct_error,
    zlib_error,
)


def read_picture(path: Path) -> tuple[Image.Image, str]:
    """(RGB picture, manifest inside or "") of a file. Raises FormatError in one line; nothing large is decoded before the size
    is known.
    """
    path = Path(path)
    asked = FORMATS.get(path.suffix.lower())
    if asked is None:
        raise FormatError(
            f"{str(path)!r} is not read as a picture; its name should end in {', '.join(sorted(FORMATS))}"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                _check(path, image, asked)
                image.load()
                return _plain(image), _manifest(image)
    except UnidentifiedImageError as error:
        raise FormatError(
            f"{str(path)!r} is no picture that can be read; PNG, JPEG, WebP, TIFF, BMP and GIF are"
        ) from error
    except Image.DecompressionBombError as error:
        raise FormatError(f"{str(path)!r} is too large: {_limits()}") from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except _BROKEN as error:
        raise FormatError(
            f"{str(path)!r} is a broken or truncated {asked}: {str(error)[:120]}; get a whole copy of it"
        ) from error


def _limits() -> str:
    return (
        f"a picture may have at most {LARGEST_SIDE:,} pixels a side and {LARGEST_PIXELS:,} in all; scale it down first"
    )


def _check(path: Path, image: Image.Image, asked: str) -> None:
    found = "JPEG" if image.format == "MPO" else image.format
    if found != asked:
        raise FormatError(f"{str(path)!r} holds {found}, not {asked} as its name says; rename it")
    width, height = image.size
    if max(width, height) > LARGEST_SIDE or width * height > LARGEST_PIXELS:
        raise FormatError(f"{str(path)!r} is {width:,} x {height:,} pixels: {_limits()}")
    if min(width, height) < SMALLEST_SIDE:
        raise FormatError(
            f"{str(path)!r} is {width} x {height} pixels; at least {SMALLEST_SIDE} x {SMALLEST_SIDE} are needed"
        )


def _plain(image: Image.Image) -> Image.Image:
    """Any mode as upright RGB on white."""
    image = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        image = _scale_deep(image)
    elif image.mode == "CMYK" or profile:
        image = _to_srgb(image, profile)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        above = image.convert("RGBA")
        white = Image.new("RGBA", above.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, above).convert("RGB")
    return image.convert("RGB").copy() if image.mode != "RGB" else image.copy()


def _scale_deep(image: Image.Image) -> Image.Image:
    """16-bit and floating greys as 8 bits: by their range if they leave 0..65535, else by it."""
    values = np.nan_to_num(np.asarray(image, np.float64))
    if image.mode == "F" and values.size and values.max() <= 1 and values.min() >= 0:
        values = values * 65535
    low, high = min(0.0, values.min()), max(65535.0, values.max())
    return Image.fromarray(np.clip((values - low) / (high - low) * 255 + 0.5, 0, 255).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By the embedded profile where it fits the mode; a profile that cannot be used is as good as none."""
    if not profile or image.mode not in ("RGB", "RGBA", "L", "CMYK"):
        return image.convert("RGB") if image.mode == "CMYK" else image
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        return (
            ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=target
            )
            or image
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image.convert(target)


def _manifest(image: Image.Image) -> str:
    """What a file says of its making, as it stands there."""
    if image.format == "PNG":
        return str(getattr(image, "text", {}).get(CHUNK, ""))
    if image.format in ("JPEG", "MPO", "WEBP"):
        comment = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment, b"")
        comment = comment.encode("latin-1", "replace") if isinstance(comment, str) else bytes(comment)
        text = comment.removeprefix(_ASCII).decode("ascii", "replace")
        return text if text.startswith("{") else ""  # a camera's comment is none
    return ""


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
            chunks.add_itxt(CHUNK, text, zip=len(text) > 2000)
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
