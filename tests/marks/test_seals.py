"""Signed files: in every format unchanged as written, and each change found; forged manifests told as what they are."""

from __future__ import annotations

import json
import random
import re
import shutil
import time

import pytest
from artwright.core.manifest import canonical_manifest, manifest_text, sidecar
from artwright.core.manifest_form import read_json
from artwright.core.marks.keys import KeyRing
from artwright.core.provenance import verify
from marked_works import FORMATS, holds, judge, studio_of, work_of

SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".opus")  # reading one takes a third of a second


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A signed file of each format, written once: (studio, path)."""
    folder = tmp_path_factory.mktemp("signed")
    studio = studio_of(folder / "home", sign=True)
    studio.marker.ring.new("mine")
    made = {}

    def of(medium, suffix):
        if (medium, suffix) not in made:
            path = folder / f"{medium}{suffix}"
            made[medium, suffix] = studio.save(work_of(studio, medium, folder), path)
        return studio, made[medium, suffix]

    return of


@pytest.mark.parametrize(("medium", "suffix"), FORMATS)
def test_a_signed_file_is_as_it_was_signed_and_two_are_equal(signed, medium, suffix, tmp_path):
    studio, path = signed(medium, suffix)
    row = judge(studio, path)
    assert holds(row) and row["signed_by"] == "mine" and "your own key" in row["proof"], row
    again = studio.save(work_of(studio, medium, path.parent), tmp_path / path.name)
    assert again.read_bytes() == path.read_bytes()
    if sidecar(path).exists():
        assert sidecar(again).read_bytes() == sidecar(path).read_bytes()
    else:
        assert path.read_bytes().count(b'"signature"') == 1


@pytest.mark.parametrize(("medium", "suffix"), [f for f in FORMATS if f[1] in (".png", ".mid", ".md", ".mp4")])
def test_what_is_not_signed_is_written_as_before(tmp_path, medium, suffix):
    plain, asked = studio_of(tmp_path / "a"), studio_of(tmp_path / "b", sign=False)
    work = work_of(plain, medium, tmp_path)
    first, second = plain.save(work, tmp_path / f"1{suffix}"), asked.save(work, tmp_path / f"2{suffix}")
    assert first.read_bytes() == second.read_bytes() and b'"seal"' not in first.read_bytes()
    assert not (tmp_path / "a" / "keys").exists() and not (tmp_path / "b" / "keys").exists()


@pytest.mark.parametrize(("medium", "suffix"), FORMATS)
def test_changed_bytes_are_found(signed, medium, suffix, tmp_path):
    studio, path = signed(medium, suffix)
    assert _missed(studio, path, tmp_path, 2 if suffix in SOUNDS else 6, random.Random(f"{medium}{suffix}")) == []


def _missed(studio, path, folder, count, rng):
    """Where one byte of a file, or of the manifest beside it, was changed and nobody saw it."""
    copy = folder / path.name
    parts = [p for p in (path, sidecar(path)) if p.exists()]
    missed = []
    for number in range(count):
        for part in parts:
            shutil.copyfile(part, folder / part.name)
        part = parts[number % len(parts)]
        data = bytearray(part.read_bytes())
        at = rng.randrange(len(data))
        data[at] ^= rng.choice((1, 2, 4, 8, 16, 32, 64, 128, rng.randrange(1, 256)))
        (folder / part.name).write_bytes(data)
        if holds(judge(studio, copy)):
            missed.append((part.name, at))
    return missed


@pytest.mark.slow  # ten thousand files are read
def test_ten_thousand_changed_bytes_are_found(signed, tmp_path):
    quick = len(FORMATS) - len(SOUNDS)
    missed = []
    for medium, suffix in FORMATS:
        studio, path = signed(medium, suffix)
        count = 100 if suffix in SOUNDS else -(-9_500 // quick)
        missed += _missed(studio, path, tmp_path, count, random.Random(suffix))
    assert missed == []


def test_a_changed_note_and_a_changed_word_are_changes_of_the_content(signed, tmp_path):
    studio, path = signed("music", ".mid")
    data = path.read_bytes()
    note = re.search(rb"\x90\x3c\x50", data).start() + 1
    changed = tmp_path / "changed.mid"
    changed.write_bytes(data[:note] + b"\x3d" + data[note + 1 :])
    row = judge(studio, changed)
    assert row["verdict"] == "changed" and "content" in row["explanation"] and row["signature"] == "own"
    studio, path = signed("literature", ".md")
    word = tmp_path / "word.md"
    word.write_text(path.read_text("utf-8").replace("no one", "someone"), "utf-8")
    assert "content" in judge(studio, word)["explanation"]
    title = tmp_path / "title.md"
    title.write_text(path.read_text("utf-8").replace("River & moon", "Rivet & moon", 1), "utf-8")
    row = judge(studio, title)
    assert row["verdict"] == "changed" and "the file around it" in row["explanation"]


def test_forged_manifests_are_told(signed, tmp_path):
    studio, path = signed("literature", ".txt")
    copy = tmp_path / path.name
    honest = read_json(sidecar(path).read_bytes())

    def told(row, text=""):
        copy.write_text(text or path.read_text("utf-8"), "utf-8")
        sidecar(copy).write_text(canonical_manifest(row), "utf-8")
        began = time.perf_counter()
        found = judge(studio, copy)
        assert time.perf_counter() - began < 0.05
        return found

    assert holds(told(honest))
    other = studio.registry.medium("literature").load(signed("literature", ".md")[1])
    anew = honest | {"id": "sha256:" + "1" * 64, "provenance": honest["provenance"] | {"id": "sha256:" + "1" * 64}}
    assert told(anew)["verdict"] == "forged"
    assert told(honest | {"title": "Mine"})["verdict"] == "forged"
    assert told(honest | {"seal": honest["seal"] | {"key": "ef" * 32}})["signature"] == "forged"
    assert (
        told(honest | {"seal": honest["seal"] | {"key": "00" * 32, "signature": "0" * 127 + "1"}})["signature"]
        == "forged"
    )
    assert told({k: v for k, v in honest.items() if k != "seal"})["signature"] == "none"
    assert told(honest, "Another poem\n\nof two lines\n")["verdict"] == "changed", "the manifest of another file"
    sidecar(copy).write_text(json.dumps(honest, indent=1), "utf-8")
    assert judge(studio, copy)["verdict"] == "forged", "written in another way than it was signed"
    sidecar(copy).unlink()
    assert judge(studio, copy)["verdict"] == "no manifest"
    assert other.provenance.seal is not None


def test_two_seals_in_one_file_count_for_nothing(signed, tmp_path):
    studio, path = signed("music", ".wav")
    data = path.read_bytes()
    start = data.index(b"ICMT")
    size = 8 + int.from_bytes(data[start + 4 : start + 8], "little")
    double = data + b"LIST" + (4 + size).to_bytes(4, "little") + b"INFO" + data[start : start + size]
    copy = tmp_path / "double.wav"
    copy.write_bytes(double[:4] + (len(double) - 8).to_bytes(4, "little") + double[8:])
    assert not holds(judge(studio, copy))


def test_the_signer_is_told_by_name_and_state(signed, tmp_path):
    studio, path = signed("painting", ".png")
    work = studio.load(path)
    medium = studio.registry.medium("painting")
    row = verify(work, medium, path=path, ring=KeyRing(tmp_path / "elsewhere"))
    assert holds(row) and row["signature"] == "unknown key" and "keys trust" in row["proof"]
    assert verify(work, medium)["signature"] == "unknown key", "without a ring or a path the manifest alone is judged"


def test_a_format_that_packs_its_manifest_gets_a_sealed_one_beside(tmp_path):
    import zipfile

    from artwright.core.manifest import find_manifest
    from artwright.core.marks.seals import close_seal, file_holds, signature_holds, with_blank_seal

    studio = studio_of(tmp_path / "home", sign=True)
    signer = studio.marker.signer
    work = with_blank_seal(work_of(studio, "literature", tmp_path), signer.key)
    path = tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("manifest.json", manifest_text(work))
    close_seal(path, work, signer)
    found, remarks = find_manifest(manifest_text(work), path, medium="literature")
    seal = found.provenance.seal
    assert not remarks and seal.beside and signature_holds(seal) and file_holds(path, seal)
    path.write_bytes(path.read_bytes() + b"\0")
    assert not file_holds(path, seal)


def test_an_own_work_without_a_manifest_can_be_signed(signed, tmp_path):
    studio, _ = signed("painting", ".png")
    work = work_of(studio, "painting", tmp_path).with_(provenance=None)
    path = studio.save(work, tmp_path / "own.png")
    row = judge(studio, path)
    assert holds(row) and row["operation"] == "load" and row["made_by"] == ""


def test_a_date_is_signed_only_where_it_is_asked_for(tmp_path):
    studio = studio_of(tmp_path / "home", sign=True, dated=True)
    path = studio.save(work_of(studio, "literature", tmp_path), tmp_path / "dated.md")
    row = judge(studio, path)
    assert holds(row) and row["signed"].endswith("+00:00") and row["signed"] in row["proof"]


@pytest.mark.slow  # ten thousand files are written and read
def test_ten_thousand_untouched_files_are_unchanged(tmp_path):
    import numpy as np
    from artwright import Text
    from PIL import Image

    studio = studio_of(tmp_path / "home", sign=True)
    literature, painting = (studio.registry.medium(name) for name in ("literature", "painting"))
    rng = random.Random(5)
    for number in range(10_000):
        if number % 5:
            words = ["".join(rng.choices("abcdefghij'", k=rng.randint(1, 9))) for _ in range(6)]
            lines = (" ".join(["A", *words]), "月" * rng.randint(1, 9) + "。")
            text = Text(stanzas=(lines,), language="en", title=f"{words[0]} {number}")
            work, suffix = literature.artwork(text, title=text.title), rng.choice((".md", ".txt"))
        else:
            pixels = np.frombuffer(rng.randbytes(16 * 16 * 3), np.uint8).reshape(16, 16, 3)
            work, suffix = painting.artwork(Image.fromarray(pixels)), rng.choice((".png", ".jpg", ".webp"))
        row = judge(studio, studio.save(work, tmp_path / f"a{suffix}", force=True))
        assert holds(row), (number, row)
