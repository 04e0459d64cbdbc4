"""What lies in a folder to learn from, and the report card of a training."""

import json
import math

from artwright.core.training.report import read_log, write_report
from artwright.core.training.survey import survey
from PIL import Image


def test_a_folder_is_told_with_its_copies_and_what_does_not_belong(tmp_path):
    (tmp_path / "deep").mkdir()
    for number in range(100):
        (tmp_path / f"{number:03}.mid").write_bytes(b"one tune")
    (tmp_path / "deep" / "other.MID").write_bytes(b"two tune")
    (tmp_path / "poem.txt").write_text("words")
    (tmp_path / "many.jsonl.gz").write_bytes(b"")
    (tmp_path / ".hidden.mid").write_bytes(b"three")
    found = survey(tmp_path, (".mid", ".abc"))
    assert (found.files, found.copies, found.tables, found.others) == (2, 99, 1, 1)
    assert found.describe() == "2 .mid, 1 collections, 99 exact copies, 1 files of another kind"
    assert survey(tmp_path / "poem.txt", (".txt",)).files == 1
    assert survey(tmp_path / "deep", (".png",)).describe() == "nothing that is read, 1 files of another kind"


def test_a_report_card_shows_the_curve_and_the_figures(tmp_path):
    rows = [
        {"step": step, "loss": loss, "held_out": 3.0 / (1 + step), "seconds": step}
        for step, loss in enumerate([None, 2.5, math.inf, 1.2])
    ]
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    card = {"model": "composer", "licence": "a | b", "steps": 4, "evaluation": {"nats": {"bach": 0.5}}}
    (tmp_path / "a.mid").write_bytes(b"x")
    page = write_report(tmp_path, card, medium="music", name="mine", found=survey(tmp_path / "a.mid", (".mid",)))
    text = page.read_text("utf-8")
    assert "| the folder | 1 .mid |" in text and "| nats, bach | 0.5 |" in text and "a \\| b" in text
    assert "![loss and held-out figure over the steps](curve.png)" in text
    with Image.open(tmp_path / "curve.png") as curve:
        assert curve.size == (900, 420) and len(read_log(tmp_path)) == 4
    assert "Infinity" not in (tmp_path / "report.json").read_text("utf-8")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["corpus"]["files"] == 1


def test_without_a_log_there_is_a_page_and_no_curve(tmp_path):
    page = write_report(tmp_path / "new", {"model": "atelier"}, medium="painting", name="mine")
    assert "curve" not in page.read_text("utf-8") and not (tmp_path / "new" / "curve.png").exists()
