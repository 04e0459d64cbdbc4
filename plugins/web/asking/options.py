"""Models and options that may be asked for from outside.

Who asks from outside may use the models that a plugin brings by name, and those that the studio's owner put on the
list; never a folder or an address. Files that a model reads are given as their content; it writes none but the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....core.errors import OptionError, UsageError
from ....core.pretrained.own_models import read_models

if TYPE_CHECKING:
    from ....core.options import Options
    from ....core.registry import ModelSpec
    from ....core.studio import Studio

__all__ = ["check_options", "lent_model", "lent_models", "lent_schema"]


def lent_models(studio: Studio, medium: str, operation: str) -> dict[str, tuple[str, ModelSpec]]:
    """Name -> (owner, spec) of the models of a medium that do an operation and need no place to be named."""
    able = [(o, s) for o, s in studio.registry.models(medium) if operation in s.operations and not s.source]
    names = [spec.name for _, spec in able]
    return {s.name if names.count(s.name) == 1 else f"{o}:{s.name}": (o, s) for o, s in able}


def lent_model(studio: Studio, medium: str, name: str | None, operation: str) -> tuple[str, ModelSpec]:
    """(owner, spec) of the model that is asked for. Raises UsageError for one that is a place, else as `Registry.model`."""
    if name is None:
        return studio.model(medium, None, operation)
    own = read_models(studio.home)
    if name in own.models or name in own.aliases:
        return studio.model(medium, name, operation)
    owner, spec = studio.registry.model(medium, name, operation)
    if ":" in spec.name:
        listed = ", ".join(sorted(own.models)) or "none"
        raise UsageError(
            f"the model {name!r} is a place of this computer or another; here only models of its list are lent: {listed}"
        )
    return owner, spec


def check_options(type_: type[Options], values: Mapping[str, Any]) -> dict[str, Any]:
    """Options that may be obeyed: no output, no address, and each input by its content, `{"name": ..., "text" or "base64": ...}`.

    Raises OptionError.
    """
    given = {name.replace("-", "_"): value for name, value in values.items()}
    for name in type_.unrecorded():
        if given.get(name):
            raise OptionError(
                f"the option {name!r} is a place of this computer or an address, which is not lent; leave it out"
            )
    words = type_.words()
    for name in type_.inputs():
        value = given.get(name)
        if not value or value in words.get(name, ()):
            continue
        if not isinstance(value, Mapping) or not {"text", "base64"} & set(value):
            raise OptionError(
                f"the option {name!r} is a file: give its content as "
                f'{{"name": "FILE.SUFFIX", "text": "..."}} or {{"name": ..., "base64": "..."}}'
            )
    return given


def lent_schema(spec: ModelSpec) -> dict[str, Any]:
    """The JSON schema of a model's options as they may be asked for: outputs and addresses left out, inputs as contents."""
    type_ = spec.options_type()
    schema = spec.options_schema()
    left_out, inputs, words = set(type_.unrecorded()), set(type_.inputs()), type_.words()
    properties = {}
    for name, row in schema.get("properties", {}).items():
        if name in left_out:
            continue
        row = {key: value for key, value in row.items() if not key.startswith("artwright_") and key != "title"}
        if name in inputs:
            row = {"description": row.get("description", ""), "anyOf": [_CONTENT, {"enum": list(words.get(name, ()))}]}
            row["anyOf"] = row["anyOf"] if words.get(name) else row["anyOf"][:1]
        properties[name] = row
    return {
        "type": "object",
        "properties": properties,
        **({"$defs": schema["$defs"]} if "$defs" in schema else {}),
    }


_CONTENT = {
    "type": "object",
    "description": "The content of a file",
    "properties": {"name": {"type": "string"}, "text": {"type": "string"}, "base64": {"type": "string"}},
    "required": ["name"],
}
