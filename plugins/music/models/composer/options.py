"""Parameters of the composer, and what each of them counts for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options, counts_for, input_file, output_file

__all__ = ["ComposerOptions"]

_MAKING = ("generate", "transfer_style", "restore")
_COMPOSED = counts_for("generate", task=("compose",))
_PLAYED = counts_for("generate", "transfer_style", task=("compose", "harmonise"))
_WRITTEN = counts_for(*_MAKING)
_TRAINED = counts_for("train")


class ComposerOptions(Options):
    """Parameters of the composer. What is left empty follows from the theme, the style and the seed."""

    task: Literal["compose", "continue", "harmonise", "vary"] = Field(
        "compose",
        description="compose a new piece, or continue, harmonise or vary the work given with --from",
        json_schema_extra=counts_for("generate"),
    )
    key: str = Field(
        "",
        description="Key, as in 'C major', 'f# minor', 'D dorian' or 'a小调'; empty: from the mood",
        json_schema_extra=counts_for("generate", "inspire", task=("compose",)),
    )
    metre: str = Field(
        "", description="Metre, as in 4/4, 3/4, 6/8; empty: usual in the style", json_schema_extra=_COMPOSED
    )
    tempo_qpm: float = Field(
        0.0,
        ge=0.0,
        le=400.0,
        description="Quarter notes a minute; 0: from the mood and the style",
        json_schema_extra=counts_for("generate", "transfer_style", task=("compose",)),
    )
    bars: int = Field(
        0,
        ge=0,
        le=128,
        description="Number of bars; 0: usual in the style (16 when composing, 8 when continuing)",
        json_schema_extra=counts_for("generate", task=("compose", "continue")),
    )
    voices: int = Field(0, ge=0, le=6, description="Number of voices; 0: usual in the style", json_schema_extra=_PLAYED)
    instruments: str = Field(
        "",
        description="An ensemble (organ, choir, strings, quartet, piano ...) or General MIDI names with commas, from the "
        "top",
        json_schema_extra=_PLAYED,
    )
    form: Literal["auto", "period", "aaba", "aba", "rondo", "minuet", "variations"] = Field(
        "auto",
        description="Form of a piece for piano, voice and piano, string quartet or choir; auto: by the number of bars",
        json_schema_extra=_COMPOSED,
    )
    plan: str = input_file(
        description="File of a saved plan to write again, JSON: style, metre, key, sections with their phrases",
        counts=_COMPOSED,
    )
    save_plan: str = output_file(
        description="File to write the plan of such a piece to, JSON, to edit and write again", counts=_COMPOSED
    )
    pickup: Literal["auto", "yes", "no"] = Field(
        "auto", description="Whether the piece begins with an upbeat", json_schema_extra=_COMPOSED
    )
    best_of: int = Field(
        8,
        ge=1,
        le=64,
        description="Candidates that are written; the critic keeps the best",
        json_schema_extra=_WRITTEN,
    )
    temperature: float = Field(
        0.0,
        ge=0.0,
        le=2.0,
        description="Below 1 likelier notes, above 1 bolder ones; 0: the style's own",
        json_schema_extra=_WRITTEN,
    )
    top_p: float = Field(
        0.97,
        ge=0.1,
        le=1.0,
        description="Notes outside this share of the probability are never taken",
        json_schema_extra=_WRITTEN,
    )
    nets: int = Field(
        1,
        ge=1,
        le=16,
        description="How many of the style's nets speak together; evaluate uses all",
        json_schema_extra=_WRITTEN,
    )
    looks: Literal[1, 3, 5] = Field(
        1,
        description="Transpositions under which each position is seen; more is slower and truer",
        json_schema_extra=_WRITTEN,
    )
    weights: str = Field(
        "",
        description="Name of weights of one's own, made by train; empty: those that came with artwright",
        json_schema_extra=counts_for(*_MAKING, "evaluate"),
    )
    styles: str = Field(
        "",
        description="train: styles to learn from music21's corpus, with commas, empty: all; evaluate: the style to read "
        "the files in, empty: the likeliest",
        json_schema_extra=counts_for("train", "evaluate"),
    )
    exclude: str = input_file(
        description="train: a CSV file whose column music21_corpus_path names works to leave out", counts=_TRAINED
    )
    start: str = Field(
        "", description="train: name of weights to begin with, instead of random ones", json_schema_extra=_TRAINED
    )
    width: int = Field(
        128, ge=32, le=512, multiple_of=32, description="train: size of a hidden state", json_schema_extra=_TRAINED
    )
    layers: int = Field(4, ge=1, le=12, description="train: number of layers", json_schema_extra=_TRAINED)
    dropout: float = Field(
        0.15, ge=0.0, lt=0.9, description="train: share of activations that are dropped", json_schema_extra=_TRAINED
    )
    learning_rate: float = Field(
        5e-3, gt=0.0, le=0.1, description="train: highest learning rate", json_schema_extra=_TRAINED
    )
    decay: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        description="train: last part of the run, in which the rate falls to zero",
        json_schema_extra=_TRAINED,
    )
    shift: int = Field(
        3, ge=0, le=6, description="train: works are moved by up to so many semitones", json_schema_extra=_TRAINED
    )
    chorale_share: float = Field(
        0.3,
        gt=0.0,
        lt=1.0,
        description="train: share of chorales in each batch, beside other styles",
        json_schema_extra=_TRAINED,
    )
