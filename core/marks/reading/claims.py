"""What the marks in a file claim, and whether each holds: IPTC, TC260, prompts of other programs, rights, C2PA."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from ..labels import SOURCE_TYPES
from .claim import Claim
from .credentials import read_credentials
from .sources import Said, read_said

__all__ = ["read_claims"]

_MADE = ("trainedAlgorithmicMedia", "algorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic")
_TAKEN = ("digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print", "screenCapture")
_AIGC_LABELS = {
    "1": "it is made by a model",
    "2": "it may be made by a model",
    "3": "it is suspected to be made by a model",
}
_XMP_TEXTS = {
    "creator": "author",
    "rights": "rights",
    "UsageTerms": "terms",
    "WebStatement": "licence",
    "CreatorTool": "tool",
    "AISystemUsed": "system",
    "AISystemVersionUsed": "version",
    "AIPromptInformation": "prompt",
    "Credit": "credit",
}


def read_claims(path: Path) -> tuple[list[Claim], list[str]]:
    """(the marks of others in a file, what was left out of it). Raises FormatError if it cannot be opened."""
    said = read_said(path)
    claims: list[Claim] = []
    if said.c2pa:
        claims += read_credentials(path)
    values = [_values_of(packet, said) for packet in said.packets]
    for found in values:
        claims += _of_xmp(found)
    claims += _of_texts(said)
    unique = list({json.dumps(claim.to_dict(), sort_keys=True, default=str): claim for claim in claims}.values())
    return unique + _contradictions(unique), said.left_out


def _values_of(packet: str, said: Said) -> dict[str, str]:
    """The plain values of a packet by their names without spaces of names; none where it is broken."""
    if "<!" in packet:
        said.left_out.append("a packet of XMP that declares entities")
        return {}
    try:
        root = ET.fromstring(packet)
    except (ET.ParseError, ValueError, RecursionError):
        said.left_out.append("a broken packet of XMP")
        return {}
    values: dict[str, str] = {}
    for description in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"):
        rows = [(name, value) for name, value in description.attrib.items()]
        rows += [(child.tag, ", ".join(t.strip() for t in child.itertext() if t.strip())) for child in description]
        for name, value in rows:
            if value.strip():
                values.setdefault(name.rpartition("}")[2], value.strip())
    return values


def _of_xmp(values: dict[str, str]) -> list[Claim]:
    claims = []
    if kind := values.get("DigitalSourceType", ""):
        details = {"source_type": kind.removeprefix(SOURCE_TYPES)}
        details |= {_XMP_TEXTS[k]: values[k] for k in _XMP_TEXTS if k.startswith("AI") and k in values}
        claims.append(_of_source_type(details))
    if aigc := values.get("AIGC", ""):
        claims.append(_of_aigc(aigc))
    rights = {_XMP_TEXTS[k]: values[k] for k in ("creator", "rights", "UsageTerms", "WebStatement") if k in values}
    if rights:
        claims.append(_of_rights(rights))
    if "google" in values.get("Credit", "").lower():
        claims.append(_synthid("its credit line names Google"))
    if not claims and "CreatorTool" in values:
        claims.append(
            Claim(kind="xmp", says=f"written by {values['CreatorTool'][:200]}", details={"tool": values["CreatorTool"]})
        )
    return claims


def _of_source_type(details: dict[str, Any]) -> Claim:
    kind = details["source_type"]
    means = (
        "made or changed by a model"
        if kind in _MADE
        else "taken from the world"
        if kind in _TAKEN
        else "of another source"
    )
    return Claim(kind="iptc", says=f"source type {kind[:100]}: {means}", details=details)


def _of_aigc(text: str) -> Claim:
    """The object of TC260: seven texts."""
    try:
        row = json.loads(text)
        if not isinstance(row, dict):
            raise ValueError("no object")
    except (ValueError, RecursionError):
        return Claim(kind="tc260", says="a label that cannot be read", holds=False, why="it is no JSON object")
    texts = {key: value for key, value in row.items() if isinstance(value, str)}
    means = _AIGC_LABELS.get(texts.get("Label", ""), "")
    if not means or len(texts) != len(row):
        return Claim(
            kind="tc260",
            says="a label that is not of its form",
            holds=False,
            why="Label is none of 1, 2, 3, or a field is no text",
            details=texts,
        )
    by = texts.get("ContentProducer") or "nobody named"
    return Claim(kind="tc260", says=f"{means}, by {by[:100]}", details=texts)


def _of_rights(rights: dict[str, str]) -> Claim:
    told = "; ".join(f"{name} {value[:200]}" for name, value in rights.items())
    return Claim(kind="rights", says=told, details=dict(rights))


def _synthid(why: str) -> Claim:
    return Claim(kind="synthid", says="it may carry SynthID, which cannot be read here", why=f"a guess: {why}")


# ---------------------------------------------------------------------- texts


def _of_texts(said: Said) -> list[Claim]:
    texts = {name.lower(): text for name, text in reversed(said.texts)}
    claims = []
    if aigc := texts.get("aigc"):
        claims.append(_of_aigc(aigc))
    if kind := texts.get("digitalsourcetype"):
        claims.append(_of_source_type({"source_type": kind.removeprefix(SOURCE_TYPES)}))
    claims += _of_programs(texts)
    names = {
        "artist": "author",
        "author": "author",
        "creator": "author",
        "copyright": "rights",
        "rights": "rights",
        "license": "licence",
    }
    rights = {names[key]: text for key, text in texts.items() if key in names and len(text) < 2_000}
    if rights:
        claims.append(_of_rights(rights))
    return claims


def _of_programs(texts: dict[str, str]) -> list[Claim]:
    """Prompts that other programs leave behind."""
    claims = []
    for key in ("parameters", "usercomment", "comment"):
        text = texts.get(key, "")
        if re.search(r"(?:^|\n)(?:Negative prompt:|Steps: \d+, )", text):
            claims.append(_of_a1111(text))
        elif text.startswith('{"Label"') or ('"ContentProducer"' in text and text.startswith("{")):
            claims.append(_of_aigc(text))
        elif key == "comment" and "novelai" in (texts.get("software", "") + texts.get("source", "")).lower():
            claims.append(_of_json("novelai", "NovelAI", text, ("prompt", "steps", "seed", "sampler")))
    graph = texts.get("prompt", "")
    graph = graph or next(
        (texts[k].partition(":")[2] for k in ("make", "model") if texts.get(k, "").startswith("prompt:")), ""
    )
    workflow = texts.get("workflow", "") or next(
        (
            texts[k].partition(":")[2]
            for k in ("make", "model", "imagedescription")
            if texts.get(k, "").lower().startswith("workflow:")
        ),
        "",
    )
    if graph.startswith("{") or workflow.startswith("{"):
        claims.append(_of_comfyui(graph, workflow))
    for key in ("invokeai_metadata", "sd-metadata"):
        if key in texts:
            names = ("positive_prompt", "negative_prompt", "steps", "seed", "model", "app_version")
            claims.append(_of_json("invokeai", "InvokeAI", texts[key], names))
    if "dream" in texts and "sd-metadata" not in texts:
        claims.append(Claim(kind="invokeai", says="made with InvokeAI", details={"prompt": texts["dream"][:4_000]}))
    return claims


def _of_a1111(text: str) -> Claim:
    """Stable Diffusion web UI: the prompt, the negative one, and a line of settings."""
    body, _, settings = text.rpartition("\nSteps: ")
    prompt, _, negative = body.partition("\nNegative prompt:")
    rows = dict(re.findall(r"(?:^|, )([A-Z][A-Za-z ]{1,30}): (\"[^\"]{0,500}\"|[^,\n]{1,500})", "Steps: " + settings))
    details = {name.lower().replace(" ", "_"): value for name, value in rows.items()}
    details |= {"prompt": prompt.strip()[:4_000], "negative_prompt": negative.strip()[:4_000]}
    model = details.get("model", "a model that is not named")
    return Claim(
        kind="a1111",
        says=f"made with the Stable Diffusion web UI by {model}",
        details={k: v for k, v in details.items() if v},
    )


def _of_comfyui(graph: str, workflow: str) -> Claim:
    """ComfyUI: a graph of nodes; its texts, models and seeds are picked out of it."""
    details: dict[str, Any] = {"workflow": bool(workflow)}
    try:
        nodes = json.loads(graph) if graph else {}
    except (ValueError, RecursionError):
        return Claim(
            kind="comfyui",
            says="a graph of ComfyUI that cannot be read",
            holds=False,
            why="it is no JSON",
            details=details,
        )
    found: dict[str, list[Any]] = {"models": [], "prompts": [], "seeds": []}
    for node in list(nodes.values())[:1_000] if isinstance(nodes, dict) else []:
        inputs = node.get("inputs") if isinstance(node, dict) else None
        for key, value in inputs.items() if isinstance(inputs, dict) else ():
            if key in ("ckpt_name", "unet_name", "model_name") and isinstance(value, str):
                found["models"].append(value[:200])
            elif key == "text" and isinstance(value, str):
                found["prompts"].append(value[:4_000])
            elif key in ("seed", "noise_seed") and isinstance(value, int):
                found["seeds"].append(value)
    details |= {key: values[:20] for key, values in found.items() if values}
    by = f" by {found['models'][0]}" if found["models"] else ""
    return Claim(kind="comfyui", says=f"made with ComfyUI{by}", details=details)


def _of_json(kind: str, program: str, text: str, names: tuple[str, ...]) -> Claim:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        return Claim(
            kind=kind, says=f"a record of {program} that cannot be read", holds=False, why="it is no JSON object"
        )
    details = {
        name: row[name] if isinstance(row[name], int | float) else str(row[name])[:4_000]
        for name in names
        if name in row
    }
    return Claim(kind=kind, says=f"made with {program}", details=details)


def _contradictions(claims: list[Claim]) -> list[Claim]:
    """Where marks say opposite things, both are told."""
    made = [c for c in claims if c.kind in ("iptc", "c2pa") and c.details.get("source_type") in _MADE]
    made += [
        c
        for c in claims
        if c.kind in ("a1111", "comfyui", "invokeai", "novelai") or (c.kind == "tc260" and c.holds is None)
    ]
    taken = [c for c in claims if c.details.get("source_type") in _TAKEN]
    rows = []
    if made and taken:
        rows.append(f"{made[0].kind} says {made[0].says!r}, {taken[0].kind} says {taken[0].says!r}")
    for kind in ("iptc", "tc260"):
        several = [c.says for c in claims if c.kind == kind]
        if len(several) > 1:
            rows.append(f"{kind} is there {len(several)} times: {' / '.join(several[:4])}")
    return [Claim(kind="contradiction", says=row, holds=False, why="at most one of them is true") for row in rows]
