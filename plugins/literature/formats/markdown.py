"""Markdown as lines of text, read by markdown-it (CommonMark): marks of emphasis, links, comments and rules go, the
words stay; and lines of text as Markdown that reads as the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .characters import tidy

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["escape_line", "plain_lines", "split_front_matter"]

_FRONT = re.compile(r"\A---[ ]*\n(.*?)^(?:---|\.\.\.)[ ]*$\n?", re.DOTALL | re.MULTILINE)
_MARKS = re.compile(r"[*_\[\]`<~!]")
_MOST_MARKS = 10_000
_MOST_FRONT = 64 * 1024
#: Footnotes, which CommonMark takes for links: their texts, and the marks in the text.
_FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\]\s]{1,40}\]:.*(?:\n(?: {4}|\t).*)*$|\[\^[^\]\s]{1,40}\]", re.MULTILINE)
_ENDS = frozenset(("paragraph_close", "bullet_list_close", "ordered_list_close", "blockquote_close"))
_BREAK = re.compile(r"^<br\s*/?>$", re.IGNORECASE)


def split_front_matter(text: str) -> tuple[str, dict[str, str], str]:
    """(rest, values, manifest as JSON) of a text that begins with YAML between rules; ("text", {}, "") where it begins
    with none, or with something else between two rules.

    Values are as they are written, without YAML's own types (`title: No` is "No"); what is not a plain value is left
    out.
    """
    found = _FRONT.match(text)
    if not found:
        return text, {}, ""
    manifest, lines = "", []
    for line in found[1].split("\n"):
        if line.startswith("artwright:"):
            manifest = line.partition(":")[2].strip()
        else:
            lines.append(line)
    values = _yaml("\n".join(lines))
    if values is None and not manifest:
        return text, {}, ""
    return text[found.end() :], values or {}, manifest


def _yaml(text: str) -> dict[str, str] | None:
    """A mapping of plain values, or None if the text is no mapping."""
    import yaml

    if len(text) > _MOST_FRONT:
        return None
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(found, Mapping):
        return {} if found in (None, "") else None
    return {str(k).lower(): v for k, v in found.items() if isinstance(v, str)}


def plain_lines(text: str, *, footnotes: bool = True) -> tuple[str, list[str], int]:
    """(title, lines with empty ones between blocks, how much was left out: links, comments, pictures).

    footnotes: whether there are any, to be left out. The title is a first heading of the first level, or the only
    heading above all text; other headings stay lines of their own. A paragraph of more marks than the parser can take
    in a second, or blocks nested deeper than it goes, are read as plain lines.
    """
    text, marks = _FOOTNOTE.subn("", text) if footnotes else (text, 0)
    if any(len(_MARKS.findall(part)) > _MOST_MARKS for part in text.split("\n\n")):
        return "", text.split("\n"), marks
    tokens = _parser().parse(text)
    title, lines, left_out = "", [], marks
    heading: str | None = None
    for token in tokens:
        if token.type == "heading_open":
            heading = token.markup if token.markup in ("-", "=") else token.tag
        elif token.type == "heading_close":
            heading = None
            lines.append("")
        elif token.type == "inline":
            made, gone = _inline(token.children or [])
            left_out += gone
            # A line above `---` is a line of verse above a rule, unless nothing stands before it.
            if heading and not title and not any(lines) and (len(made) == 1 or heading in ("h1", "=")):
                title = " ".join(made)
            else:
                lines += made
        elif token.type in ("fence", "code_block"):
            lines += [*token.content.rstrip("\n").split("\n"), ""]
        elif token.type == "hr":
            lines += ["", "---", ""]
        elif token.type == "html_block":
            left_out += 1
            lines += [*_html_lines(token.content), ""]
        elif token.type in _ENDS and not token.hidden:
            lines.append("")
    if not any(map(_has_word, [title, *lines])) and _has_word(re.sub(r"<[^>]*>", "", text)):
        return "", text.split("\n"), marks
    return title, lines, left_out


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": 100})


def _inline(children: Iterable[Token]) -> tuple[list[str], int]:
    parts, gone = [""], 0
    for child in children:
        if child.type in ("softbreak", "hardbreak") or (child.type == "html_inline" and _BREAK.match(child.content)):
            parts.append("")
        elif child.type in ("text", "code_inline"):
            parts[-1] += child.content
        elif child.type in ("link_open", "image", "html_inline"):
            gone += 1
    return [tidy(part)[0].strip() for part in parts], gone


def _html_lines(html: str) -> list[str]:
    """The words of a block of HTML, its comments and tags left out."""
    from html import unescape

    text = re.sub(r"<!--.*?(?:-->|\Z)", "", html, flags=re.DOTALL)
    text = re.sub(r"<(script|style)\b.*?(?:</\1>|\Z)", "", text, flags=re.DOTALL | re.IGNORECASE)
    text = re.sub(r"<(?:br|/p|/div|/h\d|/li)\s*/?>", "\n", text, flags=re.IGNORECASE)
    return [line.strip() for line in unescape(re.sub(r"<[^>]*>", "", text)).split("\n")]


_ESCAPED = re.compile(r"([\\`*_\[\]<>&])")
_AT_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=~](?=[\s\-+=~]|$)|\d{1,9}(?=[.)](?:\s|$)))")


def escape_line(line: str) -> str:
    """A line of text such that Markdown reads the line back."""
    line = _ESCAPED.sub(r"\\\1", line)
    found = _AT_START.match(line)
    if not found:
        return line
    at = found.end() if found[0][0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def front_matter(values: Mapping[str, Any], manifest: str) -> str:
    """Front matter in YAML, the manifest as its last line."""
    import json

    rows = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join(["---", *rows, f"artwright: {manifest}", "---", ""])
