"""What is told of a pretrained model before it is loaded: its licence, and what of its configuration nobody knows."""

from __future__ import annotations

import re
from typing import Any

from .sources import STEPPED, Source

__all__ = ["licence_in", "licence_of", "remarks_of", "unknown_keys"]

_LONGEST = 200_000
_FOLDER_KEYS = frozenset(
    (
        "_name_or_path",
        "architectures",
        "model_type",
        "torch_dtype",
        "dtype",
        "transformers_version",
        "auto_map",
        STEPPED,
    )
)
_NOT_STATED = "not stated"


def licence_of(source: Source) -> str:
    """The licence that a model's card, the header of its GGUF file or a LICENSE beside it names."""
    told = source.facts.get("general.license")
    if isinstance(told, str) and told.strip():
        return told.strip()[:80]
    card = source.folder / "README.md"
    if card.is_file():
        found = licence_in(card.read_text("utf-8", "replace")[:_LONGEST])
        if found:
            return found
    for name in ("LICENSE", "LICENSE.txt", "LICENSE.md"):
        if (source.folder / name).is_file():
            lines = (source.folder / name).read_text("utf-8", "replace")[:_LONGEST].splitlines()
            first = next((line.strip(" #") for line in lines if line.strip(" #")), "")
            return f"{name}: {first[:60]}" if first else name
    return _NOT_STATED


def licence_in(card: str) -> str:
    """The licence that the front matter of a card names, "" where it names none; of `other`, its own name."""
    front = re.match(r"---\s*\n(.*?)\n---", card, flags=re.DOTALL)
    rows = dict(re.findall(r"(?m)^(license\w*):[ \t]*(\S[^\n]*)$", front[1])) if front else {}
    named = rows.get("license", "").strip(" \"'")
    return (rows.get("license_name", "").strip(" \"'") if named in ("", "other") else named)[:80] or named[:80]


def unknown_keys(source: Source) -> list[str]:
    """Keys of its config.json that this transformers has no use for: what they ask for will not be heeded."""
    if not source.config:
        return []
    from transformers import CONFIG_MAPPING

    model_type = source.config.get("model_type")
    if not isinstance(model_type, str) or model_type not in CONFIG_MAPPING:
        return []
    kind: Any = CONFIG_MAPPING[model_type]
    default = kind()
    known = {*default.to_dict(), *getattr(kind, "attribute_map", {}), *_FOLDER_KEYS}
    return sorted(key for key in source.config if key not in known and not hasattr(default, key))


def remarks_of(source: Source) -> list[str]:
    """What should be known of a model before it is used."""
    unknown = unknown_keys(source)
    if not unknown:
        return []
    return [f"its config.json has keys that this transformers does not know and leaves unheeded: {', '.join(unknown)}"]
