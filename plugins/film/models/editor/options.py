"""What may be asked of the editor."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from .....core.options import Options

__all__ = ["EditorOptions"]


class EditorOptions(Options):
    """How a film is cut."""

    width: int = Field(1280, ge=160, le=3840, description="Width of the film in pixels, even")
    height: int = Field(720, ge=160, le=2160, description="Height of the film in pixels, even")
    fps: int = Field(24, ge=10, le=60, description="Pictures a second")
    seconds: float = Field(
        0.0, ge=0, le=600, description="Length in seconds; 0: as long as the music and the reading of the words need"
    )
    captions: Literal["auto", "horizontal", "vertical", "none"] = Field(
        "auto", description="How lines stand; auto: columns for Chinese verse of up to 12 characters a line, else rows"
    )
    title: str = Field("", max_length=120, description="Title; empty: the poem's, or the theme")
    titles: bool = Field(True, description="Whether the film begins with its title")
    motion: float = Field(1.0, ge=0, le=2, description="How far the camera moves; 0: it stands still")
    quality: int = Field(23, ge=10, le=40, description="Constant rate factor: lower is better and larger")
    container: Literal["mp4", "webm"] = Field(
        "mp4", description="mp4: H.264 and AAC; webm: VP9 and Opus, slower to make"
    )

    @field_validator("width", "height")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("it must be even, as the codecs want it")
        return value

    @field_validator("seconds")
    @classmethod
    def _long_enough(cls, value: float) -> float:
        if 0 < value < 4:
            raise ValueError("a film lasts at least 4 seconds; 0 lets the music decide")
        return value
