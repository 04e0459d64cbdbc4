"""Labels by profile: in every format, once, read again by others, and the work as it was."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import pytest
from artwright.core.errors import InputError
from artwright.core.manifest import sidecar
from artwright.core.marks.labels import MIDI_MARK, Label, label_of, licence_address, source_type_of
from artwright.core.marks.wishes import Wishes
from marked_works import FORMATS, SCORES, holds, judge, studio_of, work_of

EXIFTOOL = shutil.which("exiftool")
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
FIELDS = {"Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    """A file of each format with both labels, author, licence and a signature: (studio, path, work)."""
    folder = tmp_path_factory.mktemp("labelled")
    studio = studio_of(folder / "home", sign=True, mark="both", author="Ann & Bé", licence="CC-BY-4.0")
    studio.marker.ring.new("ann")
    made = {}

    def of(medium, suffix):
        work = work_of(studio, medium, folder)
        if (medium, suffix) not in made:
            made[medium, suffix] = studio.save(work, folder / f"{medium}{suffix}")
        return studio, made[medium, suffix], work

    return of


def whole_text(path):
    """All that a file and its sidecar hold, unpacked."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    return data + (sidecar(path).read_bytes() if sidecar(path).exists() else b"")


@pytest.mark.parametrize(("medium", "suffix"), FORMATS)
def test_a_labelled_and_signed_file_opens_and_holds(labelled, medium, suffix):
    studio, path, work = labelled(medium, suffix)
    row = judge(studio, path)
    assert holds(row) and row["recorded_id"] == work.id, row
    if suffix not in SCORES or medium == "painting":
        assert studio.load(path).provenance.id == work.id
    text = whole_text(path)
    assert text.count(b"digitalsourcetype/trainedAlgorithmicMedia") == 1
    assert text.count(b"ContentProducer") == 1, "exactly one label in a file"
    assert b"creativecommons.org/licenses/by/4.0" in text


@pytest.mark.parametrize(("medium", "suffix"), FORMATS)
def test_the_object_of_tc260_is_read_by_its_published_fields(labelled, medium, suffix):
    _, path, work = labelled(medium, suffix)
    found = aigc_of(whole_text(path))
    assert set(found) == FIELDS and all(isinstance(value, str) for value in found.values())
    assert (found["Label"], found["ContentProducer"]) == ("1", "Ann & Bé")
    assert found["ProduceID"] == found["PropagateID"] == work.id.removeprefix("sha256:")


def aigc_of(data):
    """A reader that knows what is published alone: the element of XMP, or the JSON of a tag called AIGC."""
    xmp = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", data, re.DOTALL)
    if xmp and b"TC260" in xmp[0]:
        element = ET.fromstring(xmp[0]).find(".//{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC")
        return json.loads(element.text)
    for text in (data.decode("utf-8", "replace"), data.decode("utf-8", "replace").replace('\\"', '"')):
        text = text.replace("&amp;", "&")
        start = text.find('{"Label"')
        if start >= 0:
            return json.JSONDecoder().raw_decode(text[start:])[0]
    raise AssertionError("no object of TC260")


@pytest.mark.skipif(EXIFTOOL is None, reason="needs exiftool: apt-get install libimage-exiftool-perl")
def test_exiftool_reads_them(labelled):
    suffixes = (".png", ".jpg", ".webp", ".wav", ".mp4", ".mp3", ".flac", ".ogg")
    paths = [labelled(m, s)[1] for m, s in FORMATS if s in suffixes and (m, s) != ("music", ".png")]
    done = subprocess.run(
        [EXIFTOOL, "-j", "-G1", "-a", "-charset", "filename=utf8", *map(str, paths)], capture_output=True, check=True
    )
    for path, row in zip(paths, json.loads(done.stdout), strict=True):
        told = json.dumps(row, ensure_ascii=False)
        assert "Warning" not in told and "Error" not in told, told[:3000]
        if path.suffix in (".png", ".jpg", ".webp", ".wav", ".mp4"):
            kinds = [value for key, value in row.items() if key.endswith(":DigitalSourceType")]
            assert len(kinds) == 1, told
            assert row["XMP-dc:Creator"] == "Ann & Bé" and row["XMP-dc:Rights"] == "CC-BY-4.0"
        else:
            assert "trainedAlgorithmicMedia" in told and "Ann & Bé" in told


def test_a_profile_says_what_its_law_asks_for(tmp_path):
    studio = studio_of(tmp_path / "home")
    work = work_of(studio, "painting", tmp_path)
    assert label_of(work, "none") is None
    eu, cn = label_of(work, "eu"), label_of(work, "cn")
    assert eu.source_type == "trainedAlgorithmicMedia" and not eu.aigc and "TC260" not in eu.packet()
    assert set(cn.aigc) == FIELDS and not cn.source_type and "Iptc4xmpExt" not in cn.packet()
    plain = label_of(work, "none", author="Ann", licence="all rights reserved")
    assert plain.tags() == {"artist": "Ann", "copyright": "Ann, all rights reserved", "license": "all rights reserved"}
    own = work.with_(provenance=None)
    assert label_of(own, "both") is None, "nothing is said of a work that a person made"
    ET.fromstring(
        Label(title='<&"', author="a]]>b", licence="x", source_type="y").packet().partition("?>")[2].rpartition("<?")[0]
    )


def test_the_source_type_is_told_as_it_is(tmp_path):
    from dataclasses import replace

    work = work_of(studio_of(tmp_path / "home"), "painting", tmp_path)
    made = work.provenance
    assert source_type_of(work.with_(provenance=replace(made, weights={}))) == "algorithmicMedia"
    restored = work.with_(provenance=replace(made, operation="restore"))
    assert source_type_of(restored) == "compositeWithTrainedAlgorithmicMedia"


def test_words_are_seen_where_a_profile_asks_for_them(tmp_path):
    import numpy as np

    studio = studio_of(tmp_path / "home", mark="cn")
    work = work_of(studio, "painting", tmp_path)
    path = studio.save(work, tmp_path / "a.png")
    marked = studio.load(path)
    change = np.abs(np.asarray(marked.payload, int) - np.asarray(work.payload, int)).max(axis=2)
    rows, columns = np.nonzero(change)
    assert rows.min() > 40 and columns.min() > 30 and change.max() > 60, "in the lower right corner alone"
    poem = studio.save(work_of(studio, "literature", tmp_path), tmp_path / "b.txt")
    assert poem.read_text("utf-8").endswith("\n\n(人工智能生成)\n")
    film = work_of(studio, "film", tmp_path)
    reel = studio.registry.medium("film").preview(film, width=64)
    shown = studio.save(film, tmp_path / "c.mp4")
    after = studio.registry.medium("film").preview(studio.load(shown), width=64)
    change = np.abs(np.asarray(after, int) - np.asarray(reel, int)).max(axis=2) > 60
    assert change.any() and not change[:30].any(), "low in the film"
    for file in (path, poem, shown):
        assert judge(studio, file)["verdict"] == "unchanged"
    eu = studio_of(tmp_path / "home", mark="eu")
    plain = eu.save(work, tmp_path / "c.png")
    assert eu.load(plain) == work


def test_a_label_in_midi_is_no_part_of_the_music(labelled):
    studio, path, work = labelled("music", ".mid")
    assert MIDI_MARK.encode() in path.read_bytes()
    assert studio.load(path).id == work.id


def test_a_file_without_labels_is_written_as_before(tmp_path):
    work = work_of(studio_of(tmp_path / "a"), "painting", tmp_path)
    plain = studio_of(tmp_path / "a").save(work, tmp_path / "a.png")
    none = studio_of(tmp_path / "b", mark="none").save(work, tmp_path / "b.png")
    assert plain.read_bytes() == none.read_bytes() and b"xmp" not in plain.read_bytes()


def test_licences_have_addresses():
    assert licence_address("CC-BY-SA-4.0") == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert licence_address("cc0").endswith("/zero/1.0/") and licence_address("MIT") == ""
    assert licence_address("CC-XX-4.0") == "" and licence_address("https://a.b/c") == "https://a.b/c"


def test_bad_wishes_are_one_line():
    with pytest.raises(InputError, match="no profile of labels"):
        Wishes(mark="us")
    with pytest.raises(InputError, match="the author is not a line"):
        Wishes(author="a\nb")


@pytest.mark.parametrize("sign", [True, False])
def test_a_format_of_a_plugin_is_labelled_and_signed_without_a_line_of_its_own(tmp_path, sign):
    import plugin_stipple
    from artwright.core.commands.verify import _of_file
    from artwright.core.marks.reading.claims import read_claims
    from artwright.testing import fresh_studio

    studio = fresh_studio(tmp_path / "home", plugin_stipple)
    studio.marks = Wishes(sign=sign, mark="both", author="Ann")
    work = studio.generate("dots", "sea", seed=3)
    path = studio.save(work, tmp_path / f"a{studio.registry.medium('dots').writes[0]}")
    assert {"iptc", "tc260", "rights"} <= {claim.kind for claim in read_claims(path)[0]}
    row, _ = _of_file(studio, path)
    told = ("unchanged", "own") if sign else ("no manifest", None)
    assert (row["verdict"], row.get("signature")) == told, "its medium writes and reads no manifest"
    assert studio.load(path) == work
