"""Content Credentials: valid by the library of the coalition, beside a seal that still holds; those of inputs are kept."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from artwright.core.errors import InputError
from artwright.core.manifest import sidecar
from artwright.core.marks.issuing import CARRIERS, check_issuer
from artwright.core.marks.reading.claims import read_claims
from marked_works import FORMATS, holds, judge, studio_of, work_of

c2pa = pytest.importorskip("c2pa", reason="needs c2pa-python: pip install 'artwright[c2pa]'")

CARRYING = [(m, s) for m, s in FORMATS if s in CARRIERS]
WISHES = {"credentials": True, "mark": "eu", "sign": True}


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    made = studio_of(tmp_path_factory.mktemp("home"), **WISHES)
    made.marker.ring.new("ann")
    return made


def store_of(path):
    with c2pa.Reader(str(path)) as reader:
        return json.loads(reader.json())


def actions_of(manifest):
    (found,) = [a for a in manifest["assertions"] if a["label"].startswith("c2pa.actions")]
    return found["data"]["actions"]


def credential(path):
    (claim,) = [c for c in read_claims(path)[0] if c.kind == "c2pa"]
    return claim


@pytest.mark.parametrize(("medium", "suffix"), CARRYING)
def test_credentials_are_valid_and_the_seal_holds(studio, medium, suffix, tmp_path):
    path = studio.save(work_of(studio, medium, tmp_path), tmp_path / f"{medium}{suffix}")
    store = store_of(path)
    assert store["validation_state"] == "Valid", store.get("validation_status")
    assert [s["code"] for s in store["validation_status"]] == ["signingCredential.untrusted"]
    active = store["manifests"][store["active_manifest"]]
    assert active["signature_info"]["common_name"] == "ann"
    (action,) = actions_of(active)
    assert action["action"] == "c2pa.created" and action["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    claim = credential(path)
    assert claim.holds is True and claim.details["signed_by"] == "ann"
    row = judge(studio, path)
    assert holds(row) and row["signed_by"] == "ann", row
    path.write_bytes(path.read_bytes().replace(b"digitalsourcetype", b"DigitalSourceType", 1))
    assert not (holds(judge(studio, path)) and credential(path).holds)


def test_what_a_work_was_made_from_is_an_ingredient_with_its_own_credentials(studio, tmp_path):
    source = studio.save(work_of(studio, "painting", tmp_path), tmp_path / "source.png")
    original = studio.load(source)
    studio.library.add_file(source, original)
    work = work_of(studio, "painting", tmp_path)
    medium = studio.registry.medium("painting")
    mended = medium.artwork(work.payload.transpose(0), title="mended")
    made = replace(work.provenance, operation="restore", parents=(original.id,), id=mended.id)
    path = studio.save(mended.with_(provenance=made), tmp_path / "mended.png")
    store = store_of(path)
    active = store["manifests"][store["active_manifest"]]
    assert store["validation_state"] == "Valid" and len(store["manifests"]) == 2
    (ingredient,) = active["ingredients"]
    assert ingredient["relationship"] == "parentOf" and ingredient["active_manifest"] in store["manifests"]
    assert [action["action"] for action in actions_of(active)] == ["c2pa.opened", "c2pa.edited"]
    assert "compositeWithTrained" in credential(path).details["source_type"]
    tune = work_of(studio, "music", tmp_path)
    tune = tune.with_(
        provenance=replace(tune.provenance, parents=(original.id,), theme={"text": "x", "source": original.id})
    )
    heard = studio.save(tune, tmp_path / "heard.wav")
    assert (
        store_of(heard)["manifests"][store_of(heard)["active_manifest"]]["ingredients"][0]["relationship"] == "inputTo"
    )
    assert holds(judge(studio, path)) and credential(heard).holds


def test_credentials_that_end_are_told(studio, tmp_path, caplog):
    source = studio.save(work_of(studio, "painting", tmp_path), tmp_path / "source.png")
    original = studio.load(source)
    plain = studio_of(studio.home)
    plain.library.add_file(source, original)
    work = work_of(plain, "literature", tmp_path)
    plain.save(work.with_(provenance=replace(work.provenance, parents=(original.id,))), tmp_path / "a.txt")
    assert "has Content Credentials, which end here; --c2pa carries them on" in caplog.text


def test_what_carries_none_is_told(studio, tmp_path, caplog):
    path = studio.save(work_of(studio, "music", tmp_path), tmp_path / "a.mid")
    assert "carry no Content Credentials" in caplog.text and holds(judge(studio, path))
    studio.save(work_of(studio, "painting", tmp_path).with_(provenance=None), tmp_path / "b.png")
    assert "nothing is known of how it was made" in caplog.text
    assert credential_kinds(tmp_path / "b.png") == []


def credential_kinds(path):
    return [c.kind for c in read_claims(path)[0] if c.kind == "c2pa"]


def test_a_sealed_manifest_lies_beside_where_the_library_writes_the_file_anew(studio, tmp_path):
    for suffix, beside in ((".png", False), (".mp3", True)):
        medium = "painting" if suffix == ".png" else "music"
        path = studio.save(work_of(studio, medium, tmp_path), tmp_path / f"a{suffix}")
        assert sidecar(path).exists() is beside


def test_without_the_library_one_line_says_so(monkeypatch, tmp_path):
    import artwright.core.marks.issuing as issuing

    monkeypatch.setattr(issuing, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"artwright\[c2pa\]"):
        check_issuer()
    studio = studio_of(tmp_path / "home", credentials=True)
    with pytest.raises(InputError, match=r"artwright\[c2pa\]"):
        studio.save(work_of(studio, "painting", tmp_path), tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()
