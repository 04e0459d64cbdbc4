"""Options and fields of requests that would do nothing are refused, and the refusal says where they count."""

import pytest
from artwright import Medium, ModelSpec, Options, hookimpl
from artwright.core.errors import OptionError, UsageError
from artwright.core.options import counts_for, input_file, output_file, parse_options
from artwright.core.requests import Analysis
from artwright.testing import fresh_studio
from pydantic import Field


class VerseOptions(Options):
    form: str = Field("auto", description="Form")
    length: int = Field(100, description="Words", json_schema_extra=counts_for("generate", form=("auto", "prose")))
    epochs: int = Field(3, description="Rounds", json_schema_extra=counts_for("train"))
    plan: str = input_file(description="Plan", counts=counts_for("generate", "restore"))
    trace: str = output_file(description="Trace")
    temperature: float = Field(1.0, description="Boldness")


def parse(values, operation="generate"):
    return parse_options(VerseOptions, values, model="bard", operation=operation)


@pytest.mark.parametrize(
    ("operation", "values", "said"),
    [
        ("generate", {"epochs": 5}, "'epochs' of model 'bard' does nothing in generate; it counts for: train"),
        ("train", {"length": 7}, "'length' of model 'bard' does nothing in train; it counts for: generate"),
        ("transfer_style", {"plan": "p.json"}, "does nothing in transfer-style; it counts for: generate, restore"),
        (
            "generate",
            {"form": "qijue", "length": 7},
            "nothing where form is 'qijue'; it counts where form is: 'prose'",
        ),
    ],
)
def test_an_option_that_does_nothing_is_refused_and_says_where_it_counts(operation, values, said):
    with pytest.raises(OptionError, match=said):
        parse(values, operation)


def test_what_counts_or_is_at_its_default_passes():
    assert parse({"form": "prose", "length": 7}).length == 7
    assert parse({"length": "7"}).length == 7  # the form may turn out to be prose
    assert parse({"epochs": 3, "form": "qijue", "length": 100, "trace": "t.txt", "temperature": 2}).epochs == 3
    assert parse({"epochs": 5}, "train").epochs == 5 and parse({"plan": "p"}, "restore").plan == "p"
    assert parse_options(VerseOptions, {"epochs": 5}, model="bard").epochs == 5  # no operation: a value like others
    assert VerseOptions.inputs() == ("plan",) and VerseOptions.outputs() == ("trace",)
    assert not VerseOptions.counts_in("epochs", "generate") and VerseOptions.counts_in("trace", "inspire")


class Dots(Medium):
    name, summary, reads, writes = "dots", "Dots.", (".dots",), (".dots",)

    def content(self, payload):
        return payload.encode()

    def load(self, path):
        return self.artwork(path.read_text("utf-8"))

    def read_mask(self, source):
        return source

    def save(self, artwork, path):
        path.write_text(artwork.payload, "utf-8")

    def preview(self, artwork, *, width=640):
        raise AssertionError

    def theme(self, artwork):
        raise AssertionError

    def features(self, artwork):
        return {"dots": float(len(artwork.payload))}


class Painter:
    """One model that refuses much, one that takes all."""

    @hookimpl
    def register_media(self, registry):
        registry.add_medium(Dots())

    @hookimpl
    def register_models(self, registry):
        every = frozenset({"generate", "restore", "evaluate", "analyze"})
        strict = frozenset({"mask", "reference", "sources", "explain"})
        registry.add_model(
            ModelSpec(name="strict", medium="dots", operations=every, default_for=every, summary="s", refuses=strict)
        )
        registry.add_model(ModelSpec(name="free", medium="dots", operations=every, summary="f"))

    @hookimpl
    def generate(self, request, context):
        return Dots().artwork("." * (1 + request.seed % 7))

    @hookimpl
    def restore(self, request, context):
        return Dots().artwork(request.artwork.payload + "!")

    @hookimpl
    def analyze(self, request, context):
        return Analysis(medium="dots", findings={"dots": 1})

    @hookimpl
    def evaluate(self, request, context):
        return {"dots": 1}


def test_a_field_that_a_model_cannot_use_is_refused_and_names_one_that_can(tmp_path):
    from PIL import Image

    studio = fresh_studio(tmp_path, Painter())
    mask, work = Image.new("L", (4, 4)), studio.generate("dots", "sea", seed=1)
    reason = "model 'strict' of medium 'dots' has no use for a {} in {}; models that have: free"
    with pytest.raises(UsageError, match=reason.format("mask", "restore")):
        studio.restore(work, mask=mask)
    with pytest.raises(UsageError, match=reason.format("reference", "evaluate")):
        studio.evaluate("dots", tmp_path, reference=tmp_path)
    with pytest.raises(UsageError, match=reason.format("sources", "generate")):
        studio.generate("dots", "sea", sources=[work])
    with pytest.raises(UsageError, match=reason.format("explain", "analyze")):
        studio.analyze(work, explain=True)
    assert studio.restore(work, model="free", mask=mask).payload.endswith("!")
    assert studio.restore(work, region="1-2").payload.endswith("!")
    assert studio.evaluate("dots", tmp_path, model="free", reference=tmp_path) == {"dots": 1}
