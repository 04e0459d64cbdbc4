"""A decoded picture of any mode as plain RGB of sRGB colours, upright; or as a mask.

Colours are turned to sRGB by the embedded profile, whatever the mode; without one by a PNG's own gamma and primaries.
Whole numbers and fractions of any range become 8 bits. What cannot be used (a broken profile, an EXIF block cut short)
is as good as absent: the pixels themselves are whole.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

__all__ = ["DECODING_ERRORS", "to_mask", "to_rgb", "upright"]

DECODING_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,  # of which RecursionError is one
    SyntaxError,
    TypeError,
    ValueError,
)
"""What decoders raise at broken files. `struct.error` and `zlib.error` come on top where bytes are read by hand."""

_SRGB_GAMMA = 0.45455
_SRGB_PRIMARIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}
"""The mode that a profile of a colour space fits."""
_DEPTHS = ((1.0, 0.0), (255.0, 32.0), (65535.0, 8192.0))
"""(white, least largest value) of the ranges that numbers of unknown range are taken to be in."""
_OVER = 1.5
"""How far beyond white the lights of a picture of fractions may go."""


def upright(image: Image.Image) -> Image.Image:
    """The picture turned as its EXIF block says; as it is where that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except DECODING_ERRORS:
        return image


def to_rgb(image: Image.Image) -> Image.Image:
    """RGB of sRGB colours, transparency on white."""
    colours, alpha = _split(image)
    colours = _to_srgb(colours, image.info)
    if alpha is None:
        return colours
    return Image.composite(colours, Image.new("RGB", colours.size, "white"), alpha)


def to_mask(image: Image.Image) -> Image.Image:
    """Greys (mode L), 255 where to mend: what is transparent is not, whatever colour lies under it."""
    colours, alpha = _split(image)
    grey = colours.convert("L")
    return grey if alpha is None else Image.composite(grey, Image.new("L", grey.size), alpha)


def _split(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """(picture without transparency, of mode 1, L, RGB, CMYK, LAB or another; its alpha or None)."""
    mode = image.mode
    if mode.startswith("I") or mode == "F":
        return _scale_deep(image), _key_of(image)
    if mode in ("P", "PA", "RGBa") or (mode in ("RGB", "L", "1") and "transparency" in image.info):
        image = image.convert("RGBA")
    elif mode == "La":
        image = image.convert("LA")
    if image.mode == "RGBA":
        return image.convert("RGB"), image.getchannel("A")
    if image.mode == "LA":
        return image.getchannel("L"), image.getchannel("A")
    return image, None


def _key_of(image: Image.Image) -> Image.Image | None:
    """The alpha of deep greys of which one value is transparent."""
    key = image.info.get("transparency")
    if not isinstance(key, int):
        return None
    return Image.fromarray(np.where(np.asarray(image) == key, 0, 255).astype(np.uint8))


def _scale_deep(image: Image.Image) -> Image.Image:
    """Deep greys as 8 bits: 16-bit ones by 65535; others by 1, 255 or 65535, whichever they fill, else by their own
    range. What is no number is black; what is infinite, the lightest or darkest there is.
    """
    values = np.asarray(image).astype(np.float64)
    if image.mode.startswith("I;16"):
        low, high = 0.0, 65535.0
    else:
        low, high = _range_of(values[np.isfinite(values)])
        values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    scaled = np.clip((values - low) / ((high - low) or 1.0), 0, 1)
    return Image.fromarray((scaled * 255 + 0.5).astype(np.uint8))


def _range_of(values: NDArray[np.float64]) -> tuple[float, float]:
    """(black, white) of numbers of which nobody told the range."""
    if not values.size:
        return 0.0, 1.0
    low, high = (float(v) for v in np.quantile(values, [0.001, 0.999]))
    for white, least in _DEPTHS:
        if low >= -0.05 * white and least < high <= (_OVER if white == 1.0 else 1.05) * white:
            return 0.0, white
    low, high = min(0.0, float(values.min())), float(values.max())
    return (low, high) if np.isfinite(high - low) else (0.5 * low, 0.5 * high)


def _to_srgb(image: Image.Image, info: Mapping[Any, Any]) -> Image.Image:
    """A picture without transparency as RGB."""
    profile = info.get("icc_profile")
    converted = _by_profile(image, profile) if isinstance(profile, bytes) and profile else None
    if converted is not None:
        return converted
    rgb = image if image.mode == "RGB" else image.convert("RGB")
    return rgb if profile or "srgb" in info else _by_gamma(rgb, info)


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """By the embedded profile; None where it cannot be used."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _SPACES.get(str(source.profile.xcolor_space))
        if mode is None or (image.mode == "CMYK") != (mode == "CMYK"):
            return None
        if image.mode != mode:
            if mode == "L" and image.mode != "1":
                return None  # a profile of greys says nothing of colours
            image = image.convert(mode)
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *DECODING_ERRORS):
        return None


def _by_gamma(image: Image.Image, info: Mapping[Any, Any]) -> Image.Image:
    """By a PNG's gAMA and cHRM, if they are there, make sense and differ from those of sRGB."""
    gamma, primaries = info.get("gamma"), info.get("chromaticity")
    linear, matrix = _LINEAR, _matrix_to_srgb(primaries)
    if isinstance(gamma, float) and 0.1 <= gamma <= 5 and abs(gamma - _SRGB_GAMMA) > 0.005:
        linear = ((np.arange(256) / 255) ** (1 / gamma)).astype(np.float32)
    elif matrix is None:
        return image
    if matrix is None:
        table = (_encode(linear) * 255 + 0.5).astype(np.uint8)
        return image.point(table.tolist() * 3)
    pixels = np.asarray(image)
    out = np.empty_like(pixels)
    for top in range(0, len(pixels), 256):  # rows at a time, so that memory stays bounded
        out[top : top + 256] = _encode(np.clip(linear[pixels[top : top + 256]] @ matrix.T, 0, 1)) * 255 + 0.5
    return Image.fromarray(out)


def _encode(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sRGB curve."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)


_STEPS = np.arange(256, dtype=np.float32) / 255
_LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _matrix_to_srgb(primaries: Any) -> NDArray[np.float32] | None:
    """From linear light of some primaries (x and y of white, red, green, blue) to that of sRGB, white to white; None if
    they make no sense or are those of sRGB.
    """
    if not isinstance(primaries, tuple) or len(primaries) != 8:
        return None
    values = np.array(primaries, np.float64)
    if not np.isfinite(values).all() or np.abs(values - _SRGB_PRIMARIES).max() < 0.005 or (values[1::2] < 0.001).any():
        return None
    try:
        matrix = np.linalg.inv(_to_xyz(np.array(_SRGB_PRIMARIES))) @ _adapt(values, _to_xyz(values))
    except np.linalg.LinAlgError:
        return None
    return matrix.astype(np.float32) if np.isfinite(matrix).all() and np.abs(matrix).max() < 20 else None


def _to_xyz(primaries: NDArray[np.float64]) -> NDArray[np.float64]:
    columns = np.stack(
        [primaries[0::2] / primaries[1::2], np.ones(4), (1 - primaries[0::2] - primaries[1::2]) / primaries[1::2]]
    )
    weights = np.linalg.solve(columns[:, 1:], columns[:, 0])
    return columns[:, 1:] * weights


def _adapt(primaries: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """`matrix` with its white brought to that of sRGB, by Bradford's cone responses."""
    cones = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    here, there = (cones @ (m @ np.ones(3)) for m in (matrix, _to_xyz(np.array(_SRGB_PRIMARIES))))
    return np.linalg.inv(cones) @ np.diag(there / here) @ cones @ matrix
