"""A second model for somebody else's medium, with a leased table and a style, against interface 1."""

from artwright import Idea, ModelSpec, StyleSpec, hookimpl


@hookimpl
def register_models(registry):
    registry.add_model(
        ModelSpec(
            name="braider",
            medium="knots",
            operations=frozenset({"generate", "inspire", "transfer_style"}),
            summary="Braids.",
        )
    )


@hookimpl
def register_styles(registry):
    registry.add_style(StyleSpec(name="sailor", medium="knots", summary="Left over right.", source="the sea"))


def load(device):
    import numpy as np

    return np.arange(12, dtype=np.float32)


@hookimpl
def generate(request, context):
    with context.devices.lease(("braider", "table"), load) as table:
        order = context.rng.permutation(len(table))
    style = request.style.names[0][0] if request.style else ""
    payload = tuple("L" if style == "sailor" or n % 2 else "R" for n in order)
    return context.media["knots"].artwork(payload, title=request.theme.text)


@hookimpl
def transfer_style(request, context):
    if request.strength == 0:
        return request.artwork
    return context.media["knots"].artwork(tuple(reversed(request.artwork.payload)), title=request.artwork.title)


@hookimpl
def inspire(request, context):
    return [Idea(kind="knot", text=f"{request.theme.text} {n}") for n in range(request.count)]
