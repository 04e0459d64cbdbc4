"""What a person may ask of an endpoint's model."""

from __future__ import annotations

from pydantic import Field

from .....core.options import never_recorded
from ..poet.options import PoetOptions

__all__ = ["RemoteOptions"]


class RemoteOptions(PoetOptions):
    """The poet's options, and where and how often the model is asked."""

    base_url: str = Field(
        "",
        max_length=400,
        description="Address of the endpoint, as http://localhost:11434/v1; OPENAI_BASE_URL or OpenAI's own if empty",
        json_schema_extra=never_recorded(),
    )
    tries: int = Field(6, ge=1, le=40, description="How often it is asked at most until the form is kept")
    timeout_s: float = Field(
        60.0, ge=0.1, le=3600, description="Seconds that the endpoint may be silent", json_schema_extra=never_recorded()
    )
