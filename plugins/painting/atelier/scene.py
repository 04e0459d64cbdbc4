"""The scene: what a painter knows of the picture before the first stroke. Styles turn scenes into paint.

A scene is a stack of maps of one shape (H, W), H x W being the size it was composed at; a style may paint it at any
other size of that aspect. A composer draws things back to front with `Scene.put`; a photograph becomes one by filling
in the maps with `Scene.from_maps`:

    scene = Scene.from_maps(rgb, kind=..., region=..., depth=..., field=..., detail=..., focus=(x, y))
    image = paint(scene, find_style("monet"), size=(1024, 768), rng=rng, progress=Silent())      # styles/__init__.py

All coordinates are in picture heights («u»): x from 0 to `aspect` (W / H), y from 0 (top) to 1 (bottom).

    lab      (H, W, 3)  local colour times light, Oklab
    depth    (H, W)     1 far (sky) ... 0 near
    kind     (H, W)     uint8 of `Kind`: what a thing is; gold goes where the sky is, ink strokes go on rock
    region   (H, W)     int32: which thing it is; outlines run along its borders
    field    (H, W, 2)  (cos 2t, sin 2t) of the direction t in which a brush would go
    detail   (H, W)     0 open sky, .2 ground, .5 trees, .9 subject
    focus, sun, horizon, light, time, lamps: see the fields
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from .colour import Array, srgb_to_oklab
from .noise import blur, blur_field, resize, structure_angle

__all__ = ["Kind", "Patch", "Scene"]


class Kind(IntEnum):
    """What a pixel shows."""

    SKY = 0
    CLOUD = 1
    SUN = 2
    STAR = 3
    MOUNTAIN = 4
    ROCK = 5
    WATER = 6
    FOAM = 7
    FOLIAGE = 8
    TRUNK = 9
    GROUND = 10
    GRASS = 11
    PATH = 12
    WALL = 13
    ROOF = 14
    LAMP = 15
    SHIP = 16
    SAIL = 17
    CLOTH = 18
    SKIN = 19
    HAIR = 20
    ANIMAL = 21
    FLOWER = 22
    FRUIT = 23
    VESSEL = 24
    SNOW = 25
    BACKDROP = 26
    SHAPE = 27


OPEN = (Kind.SKY, Kind.CLOUD, Kind.STAR)
BUILT = (Kind.WALL, Kind.ROOF, Kind.SHIP)


@dataclass(frozen=True, slots=True)
class Patch:
    """A mask in its own bounding box: mask (h, w) in 0..1, its left top pixel x, y."""

    mask: Array
    x: int
    y: int

    @property
    def box(self) -> tuple[slice, slice]:
        """The place in a full map."""
        return slice(self.y, self.y + self.mask.shape[0]), slice(self.x, self.x + self.mask.shape[1])

    def full(self, shape: tuple[int, int]) -> Array:
        """The mask as a whole map."""
        out = np.zeros(shape, np.float32)
        out[self.box] = self.mask
        return out


@dataclass(eq=False)
class Scene:
    """See the module. focus: where the eye shall go; sun: centre of the sun or moon, or None; sun_radius;
    horizon: y of it; light: -1 from the left .. 1 from the right; time: "day", "dawn", "dusk", "night", "storm",
    "mist";
    lamps: (x, y, strength) of small lights; grounds: "landscape", "still" or "abstract"."""

    lab: Array
    depth: Array
    kind: np.ndarray
    region: np.ndarray
    field: Array
    detail: Array
    focus: tuple[float, float] = (0.6, 0.5)
    sun: tuple[float, float] | None = None
    sun_radius: float = 0.0
    horizon: float = 0.5
    light: float = -0.6
    time: str = "day"
    ground: str = "landscape"
    lamps: list[tuple[float, float, float]] = dataclasses.field(default_factory=list)
    regions: int = 1

    @classmethod
    def blank(cls, height: int, width: int) -> Scene:
        """An empty scene, all sky."""
        shape = (height, width)
        flow = np.zeros((*shape, 2), np.float32)
        flow[..., 0] = 1
        return cls(
            lab=np.full((*shape, 3), (0.8, 0, 0), np.float32),
            depth=np.ones(shape, np.float32),
            kind=np.zeros(shape, np.uint8),
            region=np.zeros(shape, np.int32),
            field=flow,
            detail=np.zeros(shape, np.float32),
        )

    @classmethod
    def from_maps(
        cls,
        rgb: Array,
        *,
        kind: np.ndarray | None = None,
        region: np.ndarray | None = None,
        depth: Array | None = None,
        field: Array | None = None,
        detail: Array | None = None,
        focus: tuple[float, float] | None = None,
        time: str = "day",
        ground: str = "landscape",
    ) -> Scene:
        """A scene of a picture: rgb (H, W, 3) in 0..1 sRGB; each map that is not given is guessed simply (one kind, one
        region).
        """
        lab = srgb_to_oklab(rgb)
        height, width = lab.shape[:2]
        scene = cls.blank(height, width)
        scene.lab = lab
        scene.kind = np.full((height, width), Kind.SHAPE, np.uint8) if kind is None else kind.astype(np.uint8)
        scene.region = scene.region if region is None else region.astype(np.int32)
        rows = np.linspace(0.95, 0.15, height, dtype=np.float32)[:, None]
        scene.depth = np.broadcast_to(rows, (height, width)).copy() if depth is None else depth.astype(np.float32)
        if field is None:
            tangent, energy, coherence = structure_angle(lab[..., 0], fine=height / 640, wide=height / 150)
            field = blur_field(tangent * (energy * coherence + 1e-6)[..., None], height / 100)
        scene.field = field.astype(np.float32)
        scene.detail = np.full((height, width), 0.5, np.float32) if detail is None else detail.astype(np.float32)
        scene.focus = focus or (0.5 * width / height, 0.5)
        scene.time, scene.ground = time, ground
        scene.regions = int(scene.region.max()) + 1
        return scene

    @property
    def height(self) -> int:
        """Rows."""
        return self.lab.shape[0]

    @property
    def width(self) -> int:
        """Columns."""
        return self.lab.shape[1]

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)."""
        return self.lab.shape[:2]

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    def grid(self) -> tuple[Array, Array]:
        """x (1, W) and y (H, 1) of pixel centres, in u."""
        x = (np.arange(self.width, dtype=np.float32)[None] + 0.5) / self.height
        y = (np.arange(self.height, dtype=np.float32)[:, None] + 0.5) / self.height
        return x, y

    def new_region(self) -> int:
        """A number for one more thing."""
        self.regions += 1
        return self.regions - 1

    def put(
        self,
        patch: Patch,
        colour: Array,
        *,
        kind: Kind,
        depth: float | Array,
        angle: float | Array | None = None,
        detail: float = 0.5,
        opacity: float = 1.0,
        region: int | None = None,
        soft: bool = False,
    ) -> None:
        """Draw a layer over what is there.

        colour: Oklab, (3,) or of the patch's shape; angle: direction in radians, a number or a map, None keeps the
        field; region: an existing one to go on with; soft: colour alone, the other maps stay (mist, glow, shadow).
        """
        if patch.mask.size == 0:
            return
        box = patch.box
        alpha = patch.mask * opacity if opacity != 1 else patch.mask
        part = self.lab[box]
        part += (colour - part) * alpha[..., None]
        if soft:
            return
        inside = patch.mask > 0.5
        if not inside.any():
            return
        self.kind[box][inside] = kind
        self.region[box][inside] = self.new_region() if region is None else region
        self.detail[box][inside] = detail
        self.depth[box][inside] = depth[inside] if isinstance(depth, np.ndarray) and depth.ndim else depth
        if angle is not None:
            angle = np.asarray(angle, np.float32)
            double = np.stack([np.cos(2 * angle), np.sin(2 * angle)], -1)
            self.field[box][inside] = double if double.ndim == 1 else double[inside]

    def whole(self) -> Patch:
        """A patch that covers everything."""
        return Patch(np.ones(self.shape, np.float32), 0, 0)

    def is_kind(self, *kinds: Kind) -> np.ndarray:
        """A map of where one of `kinds` is."""
        table = np.zeros(256, bool)
        table[list(kinds)] = True
        return table[self.kind]

    def finish(self) -> Scene:
        """Blur the directions a little, as such, so that strokes turn smoothly from one thing to the next."""
        self.field = blur_field(self.field, self.height / 200)
        self.lab[..., 0] = np.clip(self.lab[..., 0], 0.02, 1.0)
        return self

    def resized(self, height: int, width: int) -> Scene:
        """The scene at another size of about the same aspect; labels by nearest pixel, the rest area-averaged or
        bilinear.
        """
        if (height, width) == self.shape:
            return self
        rows = np.minimum((np.arange(height) + 0.5) * self.height / height, self.height - 1).astype(np.int64)
        columns = np.minimum((np.arange(width) + 0.5) * self.width / width, self.width - 1).astype(np.int64)
        near = np.ix_(rows, columns)
        out = Scene(
            lab=resize(self.lab, height, width),
            depth=resize(self.depth, height, width),
            kind=self.kind[near],
            region=self.region[near],
            field=resize(self.field, height, width),
            detail=resize(self.detail, height, width),
            focus=self.focus,
            sun=self.sun,
            sun_radius=self.sun_radius,
            horizon=self.horizon,
            light=self.light,
            time=self.time,
            ground=self.ground,
            lamps=list(self.lamps),
            regions=self.regions,
        )
        return out

    def edge_strength(self) -> Array:
        """Colour contrast across the borders of regions (H, W), 0 elsewhere."""
        border = np.zeros(self.shape, bool)
        border[:, 1:] |= self.region[:, 1:] != self.region[:, :-1]
        border[1:] |= self.region[1:] != self.region[:-1]
        soft = blur(self.lab, self.height / 400)
        gy, gx = np.gradient(soft, axis=(0, 1))
        contrast = np.sqrt((gx**2 + gy**2).sum(-1)) * self.height / 200
        return np.where(border, contrast, 0).astype(np.float32)
