"""Everybody's marks are read, and hostile files cost a line."""

from __future__ import annotations

import io
import json
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from artwright.core.errors import FormatError
from artwright.core.marks.reading.claims import read_claims
from marked_works import FORMATS, studio_of, work_of
from PIL import Image, PngImagePlugin

A1111 = (
    "a lake at dusk, oil\nNegative prompt: people\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 64x64, "
    'Model hash: abc, Model: dream_v8, Lora hashes: "x: 1, y: 2", Version: v1.9'
)
GRAPH = {
    "3": {"class_type": "KSampler", "inputs": {"seed": 7, "steps": 20, "model": ["4", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd_xl.safetensors"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lake at dusk"}},
}
AIGC = {
    "Label": "1",
    "ContentProducer": "Doubao",
    "ProduceID": "1",
    "ReservedCode1": "",
    "ContentPropagator": "",
    "PropagateID": "",
    "ReservedCode2": "",
}
INVOKE = {"positive_prompt": "a lake", "seed": 3, "model": {"name": "sdxl"}, "app_version": "5.1"}


def picture(path, texts=(), **more):
    info = PngImagePlugin.PngInfo()
    for name, text in dict(texts).items():
        info.add_text(name, text)
    if path.suffix == ".png":
        more["pnginfo"] = info
    Image.new("RGB", (16, 16), "teal").save(path, **more)
    return path


def exif_with(**values):
    exif = Image.Exif()
    for name, value in values.items():
        if name == "comment":
            exif.get_ifd(0x8769)[0x9286] = value
        else:
            exif[int(name[1:], 16)] = value
    return exif


def found(path):
    claims, left_out = read_claims(path)
    return {claim.kind: claim for claim in claims}, left_out


def packet(inner, spaces='xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'):
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}"><rdf:Description {spaces} {inner}</rdf:RDF></x:xmpmeta>'


@pytest.mark.parametrize(("medium", "suffix"), FORMATS)
def test_our_own_labels_are_read_from_every_format(tmp_path, medium, suffix):
    studio = studio_of(tmp_path / "home", mark="both", author="Ann", licence="CC-BY-4.0")
    path = studio.save(work_of(studio, medium, tmp_path), tmp_path / f"a{suffix}")
    kinds, left_out = found(path)
    assert {"iptc", "tc260", "rights"} <= set(kinds) and "contradiction" not in kinds, kinds
    assert kinds["iptc"].details["source_type"] == "trainedAlgorithmicMedia" and kinds["tc260"].holds is None
    assert "Ann" in kinds["rights"].says
    assert left_out == []


def test_the_prompts_of_other_programs_are_read(tmp_path):
    told = found(picture(tmp_path / "a.png", {"parameters": A1111}))[0]["a1111"]
    assert told.details["model"] == "dream_v8" and told.details["seed"] == "42" and told.holds is None
    assert (told.details["prompt"], told.details["negative_prompt"]) == ("a lake at dusk, oil", "people")
    unicode = b"UNICODE\0" + A1111.encode("utf-16-be")
    told = found(picture(tmp_path / "a.jpg", exif=exif_with(comment=unicode)))[0]["a1111"]
    assert told.details["model"] == "dream_v8"
    told = found(picture(tmp_path / "c.png", {"prompt": json.dumps(GRAPH), "workflow": "{}"}))[0]["comfyui"]
    assert told.details == {
        "workflow": True,
        "models": ["sd_xl.safetensors"],
        "prompts": ["a lake at dusk"],
        "seeds": [7],
    }
    graph = exif_with(x010F="workflow:{}", x0110="prompt:" + json.dumps(GRAPH))
    assert found(picture(tmp_path / "c.webp", exif=graph))[0]["comfyui"].details["seeds"] == [7]
    told = found(picture(tmp_path / "i.png", {"invokeai_metadata": json.dumps(INVOKE)}))[0]["invokeai"]
    assert told.details["seed"] == 3 and told.details["positive_prompt"] == "a lake"
    novel = {"Software": "NovelAI", "Comment": json.dumps({"prompt": "a lake", "seed": 5})}
    assert found(picture(tmp_path / "n.png", novel))[0]["novelai"].details["seed"] == 5
    assert found(picture(tmp_path / "plain.png", {"Comment": "my holidays"}))[0] == {}


def test_labels_of_others_are_read_in_both_forms_of_xmp(tmp_path):
    source = "http://cv.iptc.org/newscodes/digitalsourcetype/"
    attribute = packet(f'Iptc4xmpExt:DigitalSourceType="{source}digitalCapture"/>')
    assert "taken from the world" in found(picture(tmp_path / "a.jpg", xmp=attribute.encode()))[0]["iptc"].says
    element = packet(
        f"><Iptc4xmpExt:DigitalSourceType>{source}trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType></rdf:Description>"
    )
    assert "by a model" in found(picture(tmp_path / "b.webp", xmp=element.encode()))[0]["iptc"].says
    told = found(picture(tmp_path / "c.png", {"AIGC": json.dumps(AIGC)}))[0]["tc260"]
    assert told.details["ContentProducer"] == "Doubao" and told.holds is None
    comment = exif_with(comment=b"ASCII\0\0\0" + json.dumps(AIGC).encode())
    assert "tc260" in found(picture(tmp_path / "d.jpg", exif=comment))[0]
    for bad in ("{", "[]", '{"Label": 1}', '{"Label": "9"}'):
        assert found(picture(tmp_path / "e.png", {"AIGC": bad}))[0]["tc260"].holds is False
    credit = packet('photoshop:Credit="Made with Google AI"/>', 'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"')
    assert "cannot be read" in found(picture(tmp_path / "f.jpg", xmp=credit.encode()))[0]["synthid"].says


def test_marks_that_contradict_each_other_are_both_told(tmp_path):
    taken = packet('Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"/>')
    path = picture(tmp_path / "a.png", {"parameters": A1111, "XML:com.adobe.xmp": taken})
    told = found(path)[0]["contradiction"]
    assert told.holds is False and "taken from the world" in told.says and "a1111" in told.says
    twice = {
        "AIGC": json.dumps(AIGC),
        "XML:com.adobe.xmp": packet(
            f"TC260:AIGC='{json.dumps(AIGC | {'Label': '2'})}'/>", 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
        ),
    }
    assert "2 times" in found(picture(tmp_path / "b.png", twice))[0]["contradiction"].says


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def hostile(tmp_path):
    whole = picture(tmp_path / "whole.png").read_bytes()
    head, rest = whole[:33], whole[33:]
    bomb = zlib.compress(b"x" * (50 << 20), 9)
    yield "bomb.png", head + chunk(b"zTXt", b"parameters\0\0" + bomb) + rest
    yield "long.png", head + chunk(b"tEXt", b"prompt\0{" + b"1" * (50 << 20)) + rest
    yield "many.png", head + chunk(b"tEXt", b"a\0b") * 120_000 + rest
    yield "utf8.png", head + chunk(b"iTXt", b'AIGC\0\0\0\0\0\xff\xfe{"Label"') + rest
    yield "cut.png", whole[:40]
    yield "open.jpg", b"\xff\xd8" + b"<x:xmpmeta " * 500_000
    yield "entity.svg", b'<svg><!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta><!ENTITY b "&a;&a;"></x:xmpmeta></svg>'
    yield "deep.svg", b"<svg><x:xmpmeta>" + b"<a>" * 200_000 + b"</x:xmpmeta></svg>"
    yield "deep.png", head + chunk(b"tEXt", b"prompt\0{" + b'"a":[' * 100_000) + rest
    yield "exif.jpg", b"\xff\xd8\xff\xe1\x00\x20Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 16 + b"\xff\xda"
    yield "list.wav", b"RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xffINFO"
    yield "tag.mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"TXXX" * 100
    yield "page.ogg", b"OggS" + b"\xff" * 5_000
    yield "box.mp4", b"\0\0\0\x10ftypisom" + b"\0\0\0\1moov" + b"\xff" * 8
    yield "text.mid", b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\1artwright-label {" + b'{"a":' * 50_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b" " * (50 << 20))
    yield "bomb.mxl", packed.getvalue()
    yield "list.mxl", packed.getvalue()[:-10] + b"\xff" * 10
    yield "not.zip", b"PK\x03\x04" + b"\0" * 100
    yield "fields.musicxml", b"<score-partwise>" + b'<miscellaneous-field name="' * 50_000
    yield "c2pa.png", head + chunk(b"caBX", b"\0\0\0\x20jumb" + b"\xff" * 200) + rest
    yield "noise.bin", bytes(range(256)) * 4_000


def test_hostile_files_cost_a_line_and_little_memory(tmp_path):
    seen = 0
    for name, data in hostile(tmp_path):
        path = tmp_path / name
        path.write_bytes(data)
        size = len(data)
        del data
        tracemalloc.start()
        began = time.process_time()
        try:
            claims, left_out = read_claims(path)
            assert all("\n" not in line for line in left_out), name
            assert all(claim.holds is not True for claim in claims), name
        except FormatError as error:
            assert "\n" not in str(error)
        spent = time.process_time() - began
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 24 << 20, f"{name} of {size} bytes took {peak >> 20} MiB"
        assert spent < 10, f"{name} took {spent:.1f} s"
        seen += 1
    assert seen == 21
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(FormatError, match="cannot be read"):
        read_claims(tmp_path / "empty.png")


def test_the_command_tells_of_files_of_any_kind(call, tmp_path):
    picture(tmp_path / "a.png", {"parameters": A1111})
    picture(tmp_path / "b.gif")
    (tmp_path / "c.html").write_text('<html><meta name="DigitalSourceType" content="trainedAlgorithmicMedia"></html>')
    done = call("verify", "a.png", "c.html", "--json")
    assert done.code == 0
    rows = json.loads(done.text)["files"]
    assert [row["verdict"] for row in rows] == ["no manifest", "no manifest"]
    assert [mark["kind"] for row in rows for mark in row["marks"]] == ["a1111", "iptc"]
    assert "a1111: made with the Stable Diffusion web UI by dream_v8 (not proved" in call("verify", "a.png").text
    picture(tmp_path / "d.png", {"AIGC": "{"})
    assert call("verify", "d.png").code == 1, "a mark that does not hold"
