"""The poet: the front model, which picks the writer by form and language.

Each language is a package with the same rooms, `writer.compose(theme, form, options, rng, progress, devices, home,
style=...)`,
`reader`, `evaluate`, `train`, `transfer`, `restore`, `inspire`, so a third language would be one more package.
"""

from __future__ import annotations

from typing import Any, Literal

from .....core.artwork import Artwork, Provenance, Text
from .....core.errors import InputError
from .....core.options import Options
from .....core.requests import Context, GenerateRequest, Idea, InspireRequest, RestoreRequest
from .....core.style import Style
from .....core.theme import Theme
from .....core.words.language import LANGUAGES
from ...medium import Literature
from .options import EN_FORMS, ZH_FORMS, PoetOptions, refuse_idle
from .styles import CHINESE_PROSE, CHINESE_VERSE, ENGLISH_PROSE, FORM_STYLES
from .traces import tell_theme

__all__ = ["choose", "foreign", "generate", "inspire", "poet_options", "read_style", "restore", "work_of"]

Language = Literal["en", "zh"]
_NAMES = {"zh": "Chinese", "en": "English"}
_OWN = {"verse-zh": "zh", "prose-zh": "zh", "verse-en": "en", "prose-en": "en"}


def generate(request: GenerateRequest, context: Context) -> Artwork:
    """A work on the request's theme. Raises InputError where options, style and form contradict each other."""
    options = poet_options(request.options)
    style, form_by_style = read_style(request.style)
    given = request.theme
    theme, notes = _simplified(given)
    language, form = choose(options, theme, model=request.model, style=style, form_by_style=form_by_style)
    if language == "zh":
        from ...chinese import writer as chinese

        options = options.model_copy(update=_simplified_options(options))
        text, said = chinese.compose(
            theme,
            form,
            options,
            context.rng,
            context.progress,
            context.devices,
            context.home,
            style=_voice(style, form),
        )
    else:
        from ...english import writer as english

        text, said = english.compose(
            theme, form, options, context.rng, context.progress, context.devices, context.home, style=style
        )
    unused, remarks = tell_theme(theme, text)
    if len(theme.text) == len(given.text):
        unused = tuple(_as_given(word, theme.text, given.text) for word in unused)
    return work_of(text, {**said, **notes}, operation="generate", unused=unused, remarks=remarks)


def _as_given(word: str, simple: str, given: str) -> str:
    """A word of the simplified theme in the characters that it was given in."""
    at = simple.find(word)
    return given[at : at + len(word)] if at >= 0 else word


def work_of(
    text: Text,
    notes: dict[str, Any],
    *,
    operation: str,
    unused: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
) -> Artwork:
    """A text as an artwork: of the writer's notes, "score" and "remarks" are the work's own, the rest stays beside it."""
    notes = dict(notes)
    score = notes.pop("score", None)
    remarks = (*remarks, *notes.pop("remarks", ()))
    provenance = Provenance(operation=operation, medium="literature", notes=notes)
    return Literature().artwork(
        text,
        title=text.title,
        provenance=provenance,
        score=None if score is None else float(score),
        unused=unused,
        remarks=remarks,
    )


def poet_options(options: Options) -> PoetOptions:
    """Options of a request as the poet's own."""
    return options if isinstance(options, PoetOptions) else PoetOptions()


def foreign(text: Text, participle: str) -> str:
    """What is said of a text in a language that is not understood: English and Chinese texts alone can be restored."""
    return (
        f"the text seems to be in {LANGUAGES.get(text.language, text.language)}; only English and Chinese texts can be "
        f"{participle}"
    )


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
        from ...chinese.voices import AUTHORS, nearest_voices

        nearest = str(nearest_voices("".join(work.payload.lines))["nearest"][0]["author"])
        known = next((k for k, v in CHINESE_PROSE.items() if v == nearest and v in AUTHORS.values()), "")
    form = work.payload.form if work.payload.form in (*ZH_FORMS, *EN_FORMS) else ""
    return known, form


def choose(
    options: PoetOptions, theme: Theme, *, model: str = "poet", style: str = "", form_by_style: str = ""
) -> tuple[Language, str]:
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
    chosen: Language = "zh" if language == "zh" else "en"
    if form == "auto":
        form = "qijue" if chosen == "zh" else "quatrain"
    if form == "prose":
        form = "prose-zh" if chosen == "zh" else "prose-en"
    return chosen, form


def _voice(style: str, form: str) -> str:
    """A style's name as the Chinese models know it. Raises InputError for one they do not."""
    if not style:
        return ""
    known = CHINESE_PROSE if form == "prose-zh" else CHINESE_VERSE
    if style not in known:
        raise InputError(
            f"{style!r} is no style of {'Chinese prose' if form == 'prose-zh' else 'Chinese verse'}; there are: "
            f"{', '.join(known)}"
        )
    return known[style]


def _simplified(theme: Theme) -> tuple[Theme, dict[str, Any]]:
    """The theme in simplified characters, and a note if it was changed."""
    from ...chinese.script import simplify

    text, changed = simplify(theme.text)
    if not changed or theme.language != "zh":
        return theme, {}
    made = Theme.from_prompt(text)
    return Theme(**{**vars(made), "source": theme.source}), {
        "script": f"{changed} traditional character(s) of the theme were turned to simplified ones"
    }


def _simplified_options(options: PoetOptions) -> dict[str, str]:
    from ...chinese.script import simplify

    return {
        name: simplify(getattr(options, name))[0]
        for name in ("acrostic", "keywords", "keep", "rhyme", "opening", "memory")
    }


def restore(request: RestoreRequest, context: Context) -> Artwork:
    """The text with its gaps (□ or ____) filled; proposals with probabilities stand in the notes."""
    text: Text = request.artwork.payload
    if request.mask is not None:
        raise InputError("a text has no mask; write gaps as □ (Chinese) or ____ (English)")
    options = poet_options(request.options)
    if text.language not in _NAMES:
        raise InputError(foreign(text, "restored"))
    if text.language == "zh":
        from ...chinese.restore import restore as mend

        made, notes = mend(
            text, options, context.rng, context.progress, context.devices, context.home, region=request.region
        )
    else:
        from ...english.restore import restore as mend_english

        made, notes = mend_english(
            text, options, context.rng, context.progress, context.devices, context.home, region=request.region
        )
    return work_of(made, notes, operation="restore")


def inspire(request: InspireRequest, context: Context) -> list[Idea]:
    """Titles, first lines, images, rhyme words, plots for a theme, in its language."""
    options = poet_options(request.options)
    refuse_idle(options, "ideas")
    theme, _ = _simplified(request.theme)
    language, _ = choose(options, theme)
    if language == "zh":
        from ...chinese.inspire import ideas
    else:
        from ...english.inspire import ideas
    return ideas(theme, request.count, context.rng, context.progress, context.devices, context.home, options)
