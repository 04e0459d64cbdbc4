"""What is made of a request: in which language and form, in whose voice, with which model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from .....core.artwork import Text
from .....core.errors import InputError, UsageError
from .....core.options import parse_options
from .....core.style import Style
from .....core.theme import Theme, find_language
from ...chinese.corpus import collections
from ...chinese.voices import AUTHORS, nearest_voices
from ...formats.files import read_words
from ...formats.rows import read_rows
from .options import EN_FORMS, ZH_FORMS, PoetOptions
from .styles import CHINESE_PROSE, CHINESE_VERSE, ENGLISH_PROSE, FORM_STYLES

__all__ = ["choose", "find_model", "language_of", "read_style", "target_of"]

Code = Literal["en", "zh"]
_NAMES = {"zh": "Chinese", "en": "English"}
_OWN = {"verse-zh": "zh", "prose-zh": "zh", "verse-en": "en", "prose-en": "en"}


def read_style(style: Style | None) -> tuple[str, str]:
    """(voice, form) that a style names, each "" if it names none: the heaviest name counts; of a reference work, its
    author or form.
    """
    if style is None:
        return "", ""
    if style.names:
        name = max(style.names, key=lambda n: n[1])[0]
        return ("", name) if name in FORM_STYLES else (name, "")
    work = max(style.references, key=lambda r: r[1])[0]
    if not isinstance(work.payload, Text):
        raise InputError(
            f"the style reference {work.short_id} is of medium {work.medium!r}; literature takes a text or a named "
            f"style"
        )
    author = work.payload.author
    every = {**CHINESE_VERSE, **CHINESE_PROSE, **ENGLISH_PROSE}
    known = next((k for k, v in every.items() if author and author in (k, v)), "")
    if not known and work.payload.language == "zh" and work.payload.form.startswith("prose"):
        nearest = str(nearest_voices("".join(work.payload.lines))["nearest"][0]["author"])
        known = next((k for k, v in CHINESE_PROSE.items() if v == nearest and v in AUTHORS.values()), "")
    form = work.payload.form if work.payload.form in (*ZH_FORMS, *EN_FORMS) else ""
    return known, form


def choose(
    options: PoetOptions, theme: Theme, *, model: str = "poet", style: str = "", form_by_style: str = ""
) -> tuple[Code, str]:
    """(language, form) of the work: what is asked wins, then the style's, then the theme's language. Raises InputError
    for a contradiction.
    """
    form: str = options.form
    if form == "auto" and form_by_style:
        form = form_by_style
    prose_style = style in CHINESE_PROSE or style in ENGLISH_PROSE
    if form == "auto" and (model.startswith("prose") or (prose_style and not options.acrostic)):
        form = "prose"
    language: str = options.write_in
    if form in ZH_FORMS or form in EN_FORMS:
        of_form = "zh" if form in ZH_FORMS else "en"
        if language not in ("auto", of_form):
            raise InputError(
                f"the form {form!r} is {_NAMES[of_form]}, but the language asked for is {language!r}; leave one of "
                f"them out"
            )
        language = of_form
    if language == "auto":
        by_style = "zh" if style in CHINESE_VERSE or style in CHINESE_PROSE else "en" if style in ENGLISH_PROSE else ""
        language = _OWN.get(model) or by_style or theme.language
    if model in _OWN and language != _OWN[model]:
        raise InputError(
            f"the model {model!r} writes {_NAMES[_OWN[model]]}; ask for a form and a language that fit it, or take "
            f"the model poet"
        )
    chosen: Code = "zh" if language == "zh" else "en"
    if form == "auto":
        form = "qijue" if chosen == "zh" else "quatrain"
    if form == "prose":
        form = "prose-zh" if chosen == "zh" else "prose-en"
    return chosen, form


def language_of(theme: Theme, style: Style | None, options: Mapping[str, Any]) -> str:
    """The language of a work that is asked for so, "" where what is asked contradicts itself."""
    told = {name: options[name] for name in ("form", "write_in", "acrostic") if name in options}
    try:
        voice, form_by_style = read_style(style)
        asked = parse_options(PoetOptions, told, model="poet")
        return choose(asked, theme, style=voice, form_by_style=form_by_style)[0]
    except UsageError:
        return ""


def target_of(text: Text, voice: str, form: str) -> tuple[str, bool]:
    """(language, whether it is prose) that a text becomes in a voice or a form."""
    if form:
        language = "zh" if form in ZH_FORMS else "en" if form in EN_FORMS else text.language
        return language, form.startswith("prose")
    language = (
        "zh" if voice in CHINESE_VERSE or voice in CHINESE_PROSE else "en" if voice in ENGLISH_PROSE else text.language
    )
    return language, voice in CHINESE_PROSE or voice in ENGLISH_PROSE


def find_model(path: Path, model: str) -> str:
    """The model that a folder or file is for: the asked one, or for `poet` by the language and kind of what is found.

    Raises InputError if there is nothing to read.
    """
    if model != "poet":
        return model
    if not path.exists():
        raise InputError(f"{str(path)!r} does not exist; name a folder of texts, or a .jsonl file of poems")
    for file in collections(path):
        for row in read_rows(file):
            lines = row.get("lines")
            if isinstance(lines, list) and lines:
                return "verse-zh" if find_language("".join(map(str, lines))) == "zh" else "verse-en"
            if isinstance(row.get("text"), str):
                return "prose-zh" if find_language(row["text"]) == "zh" else "prose-en"
    texts = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".txt", ".md"))
    for file in texts:
        sample = read_words(file, limit=0)[0][:4000]
        if sample.strip():
            return "prose-zh" if find_language(sample) == "zh" else "prose-en"
    raise InputError(
        f"{str(path)!r} holds no text; literature learns from .txt files and from .jsonl files whose rows have 'lines'"
    )
