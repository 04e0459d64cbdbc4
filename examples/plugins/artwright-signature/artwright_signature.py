"""Signature: a wrapper that signs every picture with a seal, on the quieter side, and refuses to sign nothing."""

from artwright import hookimpl


@hookimpl(wrapper=True)
def generate(request, context):
    artwork = yield
    if artwork is None or artwork.medium != "painting":
        return artwork
    from PIL import ImageDraw, ImageStat

    picture = artwork.payload.copy()
    side = max(6, picture.width // 28)
    corners = [(side // 2, picture.height - 2 * side), (picture.width - 2 * side, picture.height - 2 * side)]

    def unrest(corner):
        box = (*corner, corner[0] + side, corner[1] + side)
        return sum(ImageStat.Stat(picture.crop(box)).stddev)

    x, y = min(corners, key=unrest)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((x, y, x + side, y + side), fill="#a3261c")
    pen.line((x + side * 0.3, y + side * 0.2, x + side * 0.3, y + side * 0.8), fill="#f5f0e6", width=max(1, side // 10))
    pen.line(
        (x + side * 0.3, y + side * 0.5, x + side * 0.75, y + side * 0.5), fill="#f5f0e6", width=max(1, side // 10)
    )
    return context.media["painting"].artwork(picture, title=artwork.title).with_(provenance=artwork.provenance)
