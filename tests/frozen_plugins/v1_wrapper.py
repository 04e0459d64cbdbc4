"""A wrapper, listeners and a command, against interface 1."""

from artwright import hookimpl

heard = []


@hookimpl(wrapper=True)
def generate(request, context):
    artwork = yield
    return artwork.with_(title=artwork.title + "!") if artwork is not None else None


@hookimpl
def on_artwork(artwork, context):
    heard.append(artwork.title)


@hookimpl
def on_feedback(feedback, context):
    heard.append(feedback.kind)


@hookimpl
def register_commands(cli):
    import click

    cli.add_command(click.Command("knot-count", callback=lambda: None, help="Count knots."))
