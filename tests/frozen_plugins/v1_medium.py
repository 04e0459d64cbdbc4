"""A medium and its model, as an author wrote them against interface 1."""

import json

from artwright import Analysis, Artwork, Medium, ModelSpec, Mood, Options, Provenance, Theme, hookimpl
from pydantic import Field

artwright_api = 1


class KnotOptions(Options):
    crossings: int = Field(7, ge=1, le=99, description="Number of crossings")
    handed: bool = Field(True, description="Whether left and right alternate")


class Knots(Medium):
    name = "knots"
    summary = "Knots as rows of crossings."
    reads = (".knot",)
    writes = (".knot",)

    def content(self, payload):
        return "".join(payload).encode()

    def load(self, path):
        row = json.loads(path.read_text("utf-8"))
        made = Provenance.from_dict(row["provenance"]) if row["provenance"] else None
        return self.artwork(tuple(row["crossings"]), title=row["title"], provenance=made)

    def save(self, artwork, path):
        made = artwork.provenance.to_dict() if artwork.provenance else None
        path.write_text(json.dumps({"crossings": artwork.payload, "title": artwork.title, "provenance": made}), "utf-8")

    def preview(self, artwork, *, width=640):
        from PIL import Image

        return Image.new("RGB", (width, width // 2), "white")

    def theme(self, artwork):
        return Theme(text="a knot", words=("knot",), mood=Mood(valence=0.1, arousal=-0.2), palette=("#806040",))

    def features(self, artwork):
        return {"crossings": float(len(artwork.payload)), "left": float(artwork.payload.count("L"))}


@hookimpl
def register_media(registry):
    registry.add_medium(Knots())


@hookimpl
def register_models(registry):
    registry.add_model(
        ModelSpec(
            name="tier",
            medium="knots",
            operations=frozenset({"generate", "analyze"}),
            default_for=frozenset({"generate"}),
            summary="Ties knots.",
            options=KnotOptions,
            card={"licence": "MIT"},
        )
    )


@hookimpl
def generate(request, context):
    context.progress.update(0.5, "tying")
    draws = context.rng.random(request.options.crossings)
    payload = tuple("L" if d < 0.5 else "R" for d in draws)
    made = Provenance(operation="generate", medium="knots", notes={"score": float(draws.sum())})
    return Knots().artwork(payload, title=request.theme.text).with_(provenance=made)


@hookimpl
def analyze(request, context):
    work: Artwork = request.artwork
    return Analysis(
        medium="knots",
        findings={"crossings": len(work.payload)},
        explanation="A row of crossings." if request.explain else "",
    )
