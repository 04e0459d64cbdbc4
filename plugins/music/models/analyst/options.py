"""Options of the analyst."""

from __future__ import annotations

from pydantic import Field

from .....core.options import Options

__all__ = ["AnalystOptions"]


class AnalystOptions(Options):
    """Options of the analyst."""

    chords: bool = Field(True, description="List each chord with its name and Roman numeral")
    features: bool = Field(True, description="List the numbers that taste and set figures use")
    likeness: bool = Field(
        True, description="Name the nearest learned styles and the longest run shared with works that were learned from"
    )
    plot_bars: int = Field(0, ge=0, le=512, description="How many bars the plot shows; 0 = as many as are legible")
    plot_from: int = Field(0, ge=0, le=100_000, description="First bar of the plot; 0 = the beginning")
