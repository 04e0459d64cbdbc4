"""The readers of kern, ABC and MusicXML, by hand and against music21."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from artwright.core.errors import FormatError
from artwright.plugins.music.models.composer import corpus
from artwright.plugins.music.notation.abc_read import read_abc
from artwright.plugins.music.notation.kern_read import read_kern
from artwright.plugins.music.notation.musicxml_read import read_musicxml
from artwright.plugins.music.theory.score import Metre, Note

KERN = """**kern\t**kern
*clefF4\t*clefG2
*k[b-]\t*k[b-]
*M3/4\t*M3/4
4C\t4cc
=1\t=1
2.FF\t8f#L
.\t8aJ
.\t[2b-
=2\t=2
4r\t4b-]
[2G;\t4.dd;
.\t8ee-
=3\t=3
2.G]\t2.r
==\t==
*-\t*-
"""

ABC = """X:7
T:A tune
M:6/8
L:1/8
K:D
A|"D"d2f {g}a>fd|(3efg ^c =c3-|c2z [Bd]2:|
B|Z|c6|]
"""


def rows(line: tuple[Note, ...]) -> list[tuple[int, int, int]]:
    return [(n.onset, n.length, n.pitch) for n in line]


def test_kern_by_hand() -> None:
    score = read_kern(KERN, name="k", style="bach")
    assert score.metres == (Metre(-48, 3, 4),) and score.signature == -1
    assert rows(score.lines[0]) == [(0, 24, 72), (24, 12, 66), (36, 12, 69), (48, 72, 70), (120, 36, 74), (156, 12, 75)]
    assert rows(score.lines[1]) == [(0, 24, 48), (24, 72, 41), (120, 120, 55)]
    assert [n.phrase_end for n in score.lines[0]][-2:] == [True, False] and score.lines[1][-1].phrase_end


def test_abc_by_hand() -> None:
    (score,) = read_abc(ABC, name="a", style="ryan")
    assert score.name == "a#7" and score.signature == 2 and score.metres[0] == Metre(-60, 6, 8)
    found = rows(score.lines[0])
    assert found[0] == (0, 12, 69)
    assert found[1:6] == [(12, 24, 74), (36, 12, 78), (48, 18, 81), (66, 6, 78), (72, 12, 74)]
    assert found[6:9] == [(84, 8, 76), (92, 8, 78), (100, 8, 79)]
    assert found[9:11] == [(108, 12, 73), (120, 60, 72)]
    assert found[11] == (192, 24, 74)
    assert found[-1][2] == 73


def test_a_file_without_notes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no notes"):
        read_kern("**kern\n*M4/4\n1r\n*-\n", name="k", style="bach")
    assert not list(read_abc("X:1\nK:C\nz8|]\n", name="a", style="ryan"))
    broken = tmp_path / "a.xml"
    broken.write_text("<score-partwise><part>")
    with pytest.raises(FormatError, match="not MusicXML"):
        read_musicxml(broken, name="x", style="bach")


def test_held_out_works_and_their_other_files_are_left_out() -> None:
    excluded = frozenset({"bach/bwv112.5.mxl", "trecento/PMFC_12_4-Gloria Rvat 1419_bak.xml"})
    assert corpus.is_excluded("bach/bwv112.5.mxl", excluded) and corpus.is_excluded("bach/bwv112.5-sc.mxl", excluded)
    assert corpus.is_excluded("trecento/PMFC_12_4-Gloria Rvat 1419.xml", excluded)
    assert not corpus.is_excluded("bach/bwv112.6.mxl", excluded)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("style", "path"),
    [
        ("bach", "bach/bwv26.6.mxl"),
        ("palestrina", "palestrina/Agnus_00.krn"),
        ("ryan", "ryansMammoth/7thRegimentReel.abc"),
        ("mozart", "mozart/k155/movement2.mxl"),
        ("monteverdi", "monteverdi/madrigal.3.1.mxl"),
    ],
)
def test_readers_agree_with_music21(style: str, path: str) -> None:
    music21 = pytest.importorskip("music21")
    root = corpus.find_music21()
    ours = next(iter(corpus._read(root / path, path, style)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = music21.converter.parse(str(root / path))
        wanted = []
        for part in parsed.parts:
            for element in part.flatten().stripTies().notes:
                if not isinstance(element, music21.harmony.ChordSymbol) and element.duration.quarterLength:
                    wanted += [(round(24 * float(element.offset)), p.midi) for p in element.pitches]
    found = sorted((n.onset, n.pitch) for line in ours.lines for n in line)
    same = len(set(found) & set(wanted))
    assert same >= 0.985 * len(set(wanted)), (same, len(set(wanted)))
