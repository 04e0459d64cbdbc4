"""The analyst against people: keys, chords, Roman numerals and phrase ends of works in music21's corpus, and its speed.

    python benchmarks/music_theory.py [--json] [--held-out FILE.csv]

Chords: the Roman-numeral analyses of chorales by Andrew Jones and others, and of Monteverdi's madrigals, per half beat.
Phrase ends: fermatas of four-part
chorales; with `--held-out` (a column `music21_corpus_path`) only of those. Keys: the tonic and mode that the edition
of Ryan's Mammoth Collection gives each tune. The peer for keys is the plain Krumhansl-Kessler correlation.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from pathlib import Path
from typing import Any

import music21
import numpy as np
from artwright.plugins.music.models.analyst.findings import findings, read_music
from artwright.plugins.music.notation.sheet_midi import read_sheet
from artwright.plugins.music.theory.chords import read_harmony
from artwright.plugins.music.theory.key_finding import correlations, find_key
from artwright.plugins.music.theory.note_table import read_notes

CORPUS = Path(music21.__file__).parent / "corpus"
LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
SIMPLE = {
    "dominant seventh": "major",
    "major seventh": "major",
    "minor seventh": "minor",
    "half-diminished": "diminished",
    "diminished seventh": "diminished",
}


def key_number(name: str) -> int:
    """ "b-" -> B flat minor, "F#" -> F sharp major."""
    return (LETTERS[name[0].lower()] + name.count("#") - name[1:].count("-")) % 12 + (12 if name[0].islower() else 0)


def plain(figure: str) -> str:
    """A figure in the form of ours: "V6/5/V" -> "V65/V", "V2" -> "V42"; alterations left out on both sides."""
    figure = re.sub(r"(\d)/(\d)", r"\1\2", figure.replace("/o", "ø").replace("[", "").replace("]", ""))
    return re.sub(r"^(\D+)2(?=/|$)", r"\g<1>42", figure).replace("maj", "").replace("#", "").replace("b", "")


def page(work: str) -> Any:
    """A work of music21's corpus as it stands on the page, repeats not played."""
    found = music21.corpus.getWork(work)
    return read_sheet(Path(found[0] if isinstance(found, list) else found), repeats=False)[0]


def judge_chords(pairs: list[tuple[str, str]]) -> dict[str, float]:
    """Shares of half beats with the right root, root and kind, bass, key, and whole Roman numeral. pairs: (analysis,
    work).
    """
    hits = np.zeros(5)
    total = pieces = 0
    for analysis, work in pairs:
        try:
            score = read_notes(page(work))
            truth = music21.corpus.parse(analysis)
        except (music21.exceptions21.Music21Exception, OSError):
            continue
        if abs(score.length - float(truth.highestTime)) > 8:
            continue
        rows = [
            (
                float(r.offset),
                float(r.offset + r.quarterLength),
                r.root().pitchClass,
                r.quality,
                r.bass().pitchClass,
                key_number(r.key.tonicPitchNameWithCase),
                plain(r.figure),
            )
            for r in truth.flatten().getElementsByClass("RomanNumeral")
        ]
        _, chords = read_harmony(score)
        mine = np.zeros(5)
        count = 0
        for moment in np.arange(0.25, score.length, 0.5):
            given = next((r for r in reversed(rows) if r[0] <= moment < r[1]), None)
            found = next((c for c in chords if c.start <= moment < c.end), None)
            if given is not None and found is not None:
                kind = SIMPLE.get(found.kind, found.kind)
                root, key = given[2] == found.root, given[5] == found.key
                mine += [
                    root,
                    root and given[3].split("-")[0] == kind,
                    given[4] == found.bass,
                    key,
                    given[6] == plain(found.numeral),
                ]
                count += 1
        if mine[0] > 0.3 * count:  # an edition in another key than the analysis says nothing
            hits, total, pieces = hits + mine, total + count, pieces + 1
    return {
        "pieces": pieces,
        **dict(zip(("root", "root_and_kind", "bass", "key", "numeral"), (hits / max(total, 1)).tolist(), strict=True)),
    }


def judge_cadences(names: list[str]) -> dict[str, float]:
    """Precision, recall and F1 of phrase ends against fermatas, and the share of works whose part-writing rates are
    those of their time.
    """
    hit = found = given = works = 0
    bars = 0
    faults: dict[str, int] = {}
    for name in names:
        score = music21.corpus.parse(name)
        if len(score.parts) != 4:
            continue
        ends = {
            float(note.getOffsetInHierarchy(score))
            for note in score.parts[0].recurse().notes
            if any(isinstance(e, music21.expressions.Fermata) for e in note.expressions)
        }
        if len(ends) < 3:
            continue
        midi = page(name)
        reading = read_music(midi)
        positions = [c.position for c in reading.cadences]
        hit += sum(any(abs(p - e) < 0.01 for e in ends) for p in positions)
        found, given, works, bars = found + len(positions), given + len(ends), works + 1, bars + len(reading.notes.bars)
        for fault in reading.faults:
            faults[fault.kind] = faults.get(fault.kind, 0) + 1
    precision, recall = hit / max(found, 1), hit / max(given, 1)
    rates = {f"{kind.replace(' ', '_')}_per_bar": count / max(bars, 1) for kind, count in sorted(faults.items())}
    return {
        "works": works,
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        **rates,
    }


def judge_keys(limit: int = 250) -> dict[str, float]:
    """Share of tunes in major or minor whose key is right: plain correlation, ours without the signature, ours."""
    path = next((CORPUS / "ryansMammoth").glob("*.abc"))
    right = np.zeros(3)
    sure: list[tuple[float, bool]] = []
    tunes = sorted((CORPUS / "ryansMammoth").glob("*.abc"))[
        :: max(1, len(list((CORPUS / "ryansMammoth").glob("*.abc"))) // limit)
    ]
    total = 0
    for path in tunes:
        field = re.search(
            r"^K:\s*([A-G][#b]?)\s*(m|min|minor|maj|major)?\s*$", path.read_text("utf-8", "replace"), re.MULTILINE
        )
        if not field:
            continue
        truth = (LETTERS[field[1][0].lower()] + field[1].count("#") - field[1][1:].count("b")) % 12 + (
            12 if field[2] in ("m", "min", "minor") else 0
        )
        midi, _ = read_sheet(path, repeats=False)
        score = read_notes(midi)
        if not len(score.pitched):
            continue
        simple = int(correlations(score.weights(np.array([0.0, score.length]))[0]).argmax())
        ours = find_key(score)
        midi.key_signature_changes = []
        blind = find_key(read_notes(midi))
        assert ours is not None and blind is not None
        right += [simple == truth, blind.number == truth, ours.number == truth]
        sure.append((ours.probability, ours.number == truth))
        total += 1
    certain = [ok for p, ok in sure if p > 0.9]
    return {
        "tunes": total,
        "krumhansl_kessler": right[0] / total,
        "without_signature": right[1] / total,
        "with_signature": right[2] / total,
        "right_where_surer_than_90_percent": sum(certain) / max(len(certain), 1),
        "mean_probability": float(np.mean([p for p, _ in sure])),
    }


def speed() -> float:
    """CPU seconds for the findings of five minutes in four parts."""
    midi = page("bach/bwv269")
    notes = [(i, n) for i, player in enumerate(midi.instruments) for n in list(player.notes)]
    length = midi.get_end_time()
    import pretty_midi

    for repeat in range(1, int(300 / length) + 1):
        for i, n in notes:
            midi.instruments[i].notes.append(
                pretty_midi.Note(n.velocity, n.pitch, n.start + repeat * length, n.end + repeat * length)
            )
    findings(read_music(midi), midi)
    began = time.process_time()
    findings(read_music(midi), midi)
    return time.process_time() - began


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--held-out", type=Path, help="a CSV file that names the chorales to judge phrase ends on")
    options = parser.parse_args()
    chorales = []
    for i in range(1, 21):
        text = (CORPUS / f"bach/choraleAnalyses/riemenschneider{i:03d}.rntxt").read_text("utf-8")
        number = re.search(r"BWV: *(\S+)", text)
        if number:
            chorales.append((f"bach/choraleAnalyses/riemenschneider{i:03d}.rntxt", f"bach/bwv{number[1]}"))
    madrigals = [
        (f"monteverdi/{p.name}", f"monteverdi/{p.stem}.mxl")
        for p in sorted((CORPUS / "monteverdi").glob("*.rntxt"))[:16]
    ]
    if options.held_out:
        with open(options.held_out, newline="", encoding="utf-8") as file:
            names = [
                row["music21_corpus_path"]
                for row in csv.DictReader(file)
                if row["music21_corpus_path"].startswith("bach/")
            ]
    else:
        names = [f"bach/{p.name}" for p in sorted((CORPUS / "bach").glob("bwv*.mxl"))[::4]]
    found: dict[str, Any] = {
        "chords_bach": judge_chords(chorales),
        "chords_monteverdi": judge_chords(madrigals),
        "phrase_ends": judge_cadences(names),
        "keys": judge_keys(),
        "five_minutes_cpu_s": speed(),
    }
    if options.json:
        print(json.dumps(found))
    else:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
