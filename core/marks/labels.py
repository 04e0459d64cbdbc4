"""Labels: what a file says to everybody's readers of how it was made, by whom, and what may be done with it.

A profile says which law's fields are written. `eu` (Regulation 2024/1689, article 50): the source type of IPTC, in XMP or the
tags of the format. `cn` (GB 45438-2025): the object `AIGC` of TC260 with its seven texts, and visible words in pictures and
texts. `both`: both, in one packet. Licence and author are written with any of them, and without.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..artwork import Artwork

__all__ = [
    "MIDI_MARK",
    "PROFILES",
    "SOURCE_TYPES",
    "Label",
    "label_of",
    "licence_address",
    "source_type_of",
    "visible_words",
]

PROFILES = ("none", "eu", "cn", "both")
MIDI_MARK = "artwright-label "
"""How the text event of a MIDI file begins that carries a label; it is no part of the music."""

MAKING = ("generate", "transfer_style", "restore")
"""Operations whose works a model made or changed."""

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_SPACES = {
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
    "cc": "http://creativecommons.org/ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
}
_WORDS = {"zh": "人工智能生成", "en": "AI-generated"}
_COMPOSITE = {"zh": "人工智能合成", "en": "AI-edited"}


@dataclass(frozen=True, kw_only=True)
class Label:
    """What is said of a work. source_type: the last word of IPTC's address, "" where it is not said; aigc: the object of
    TC260, empty where it is not said; title, author, licence, tool: "" where not said.
    """

    title: str = ""
    author: str = ""
    licence: str = ""
    tool: str = ""
    source_type: str = ""
    aigc: Mapping[str, str] = field(default_factory=dict)

    @property
    def aigc_json(self) -> str:
        """The object of TC260 as it is written, "" if there is none."""
        return json.dumps(dict(self.aigc), ensure_ascii=False, separators=(",", ":")) if self.aigc else ""

    def tags(self) -> dict[str, str]:
        """The label in the names of tags that formats of sound and film have."""
        rights = licence_address(self.licence)
        rows = {
            "artist": self.author,
            "copyright": f"{self.author}, {self.licence}".strip(", ") if self.licence or self.author else "",
            "license": rights or self.licence,
            "AIGC": self.aigc_json,
            "DigitalSourceType": SOURCE_TYPES + self.source_type if self.source_type else "",
        }
        return {name: value for name, value in rows.items() if value}

    def packet(self) -> str:
        """The label as one packet of XMP (ISO 16684-1)."""
        rows = [f"<xmp:CreatorTool>{escape(self.tool, quote=False)}</xmp:CreatorTool>"] if self.tool else []
        if self.title:
            rows.append(f"<dc:title>{_alternative(self.title)}</dc:title>")
        if self.author:
            rows.append(
                f"<dc:creator><rdf:Seq><rdf:li>{escape(self.author, quote=False)}</rdf:li></rdf:Seq></dc:creator>"
            )
        if self.licence:
            address = licence_address(self.licence)
            rows.append(f"<dc:rights>{_alternative(self.licence)}</dc:rights>")
            rows.append(f"<xmpRights:UsageTerms>{_alternative(self.licence)}</xmpRights:UsageTerms>")
            if address:
                rows.append(f"<xmpRights:WebStatement>{escape(address, quote=False)}</xmpRights:WebStatement>")
                rows.append(f'<cc:license rdf:resource="{escape(address)}"/>')
        if self.source_type:
            kind = escape(SOURCE_TYPES + self.source_type, quote=False)
            rows.append(f"<Iptc4xmpExt:DigitalSourceType>{kind}</Iptc4xmpExt:DigitalSourceType>")
        if self.aigc:
            rows.append(f"<TC260:AIGC>{escape(self.aigc_json, quote=False)}</TC260:AIGC>")
        text = "".join(rows)
        spaces = "".join(f' xmlns:{name}="{address}"' for name, address in _SPACES.items() if f"<{name}:" in text)
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
            f'{spaces}>{text}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
        )


def label_of(work: Artwork, profile: str, *, author: str = "", licence: str = "") -> Label | None:
    """What a profile and a person's wishes say of a work; None where there is nothing to say.

    A work that no operation made (an own one that is saved) gets no statement of its source.
    """
    made = work.provenance
    ours = made is not None and made.operation in MAKING
    source_type, aigc = "", {}
    if ours and profile in ("eu", "both"):
        source_type = source_type_of(work)
    if ours and profile in ("cn", "both"):
        producer, number = author or "artwright", work.id.removeprefix("sha256:")
        aigc = {
            "Label": "1",
            "ContentProducer": producer,
            "ProduceID": number,
            "ReservedCode1": "",
            "ContentPropagator": producer,
            "PropagateID": number,
            "ReservedCode2": "",
        }
    if not (source_type or aigc or author or licence):
        return None
    version = made.artwright_version if made is not None else ""
    return Label(
        title=work.title,
        author=author,
        licence=licence,
        tool=f"artwright {version}".strip(),
        source_type=source_type,
        aigc=aigc,
    )


def source_type_of(work: Artwork) -> str:
    """Which of IPTC's source types a work is of: made by a trained model, by a rule without one, or composed of an
    earlier work and what a model made of it.
    """
    made = work.provenance
    if made is not None and made.operation != "generate":
        return "compositeWithTrainedAlgorithmicMedia"
    return "trainedAlgorithmicMedia" if made is not None and made.weights else "algorithmicMedia"


def visible_words(work: Artwork, profile: str) -> str:
    """The words that a profile asks to be seen in a work; "" if none."""
    made = work.provenance
    if profile not in ("cn", "both") or made is None or made.operation not in MAKING:
        return ""
    words = _WORDS if made.operation == "generate" else _COMPOSITE
    return words["zh"] if profile == "cn" else f"{words['zh']} · {words['en']}"


def licence_address(licence: str) -> str:
    """Where the text of a licence of Creative Commons stands, by its short name (CC-BY-SA-4.0); "" for any other."""
    if licence.upper() in ("CC0", "CC0-1.0"):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    parts = licence.upper().split("-")
    kinds = ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
    if len(parts) >= 3 and parts[0] == "CC" and "-".join(parts[1:-1]) in kinds and parts[-1] in ("4.0", "3.0", "2.0"):
        return f"https://creativecommons.org/licenses/{'-'.join(parts[1:-1]).lower()}/{parts[-1]}/"
    return licence if licence.startswith("https://") else ""


def _alternative(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text, quote=False)}</rdf:li></rdf:Alt>'
