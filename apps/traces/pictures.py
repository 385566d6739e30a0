"""Pictures of a trace: an animation that draws the track step by step, and an icon."""

import io
import math

import numpy as np
from PIL import Image, ImageDraw

from .points import Rows

SIZE, ICON_SIZE = 250, 50
FRAMES, FRAME_MILLISECONDS = 10, 500
_MOST_POINTS = 10_000
_MARGIN = 2
_WHITE, _GREY, _BLACK = 0, 1, 2
_PALETTE = [255, 255, 255, 187, 187, 187, 0, 0, 0]
_FARTHEST_NORTH = 85.0511


def draw(positions: Rows) -> tuple[bytes, bytes]:
    """Return the picture and the icon as GIF files.

    The picture has ten frames of half a second, each with another tenth of the track in black (upstream behaviour
    1.14.1).
    """
    count = len(positions)
    chosen = positions[np.linspace(0, count - 1, min(count, _MOST_POINTS)).astype(int)]
    places = _on_map(chosen, SIZE)
    frames = []
    for index in range(FRAMES):
        frame = _canvas(SIZE)
        _line(frame, places, _GREY)
        first, last = (len(places) * step // FRAMES for step in (index, index + 1))
        _line(frame, places[max(0, first - 1) : max(last, first + 1)], _BLACK)
        frames.append(frame)
    icon = _canvas(ICON_SIZE)
    _line(icon, _on_map(chosen, ICON_SIZE), _BLACK)
    return _gif(frames), _gif([icon])


def _on_map(positions: Rows, size: int) -> list[tuple[float, float]]:
    """Return the pixels of positions in the Mercator projection, scaled to fill the square."""
    x = positions["lon"] / 1e7
    lat = np.clip(positions["lat"] / 1e7, -_FARTHEST_NORTH, _FARTHEST_NORTH)
    y = -np.degrees(np.arctanh(np.sin(np.radians(lat))))
    span = max(float(np.ptp(x)), float(np.ptp(y)), 1e-6)
    scale = (size - 2 * _MARGIN - 1) / span
    pixels = [size / 2 + (side - (float(side.min()) + float(side.max())) / 2) * scale for side in (x, y)]
    return [(float(left), float(top)) for left, top in zip(*pixels, strict=True)]


def _canvas(size: int) -> Image.Image:
    image = Image.new("P", (size, size), _WHITE)
    image.putpalette(_PALETTE)
    return image


def _line(image: Image.Image, places: list[tuple[float, float]], colour: int) -> None:
    pencil = ImageDraw.Draw(image)
    pencil.line(places, fill=colour, width=1)
    # A line within a single pixel would not be visible.
    x, y = places[-1]
    pencil.point((math.floor(x), math.floor(y)), fill=colour)


def _gif(frames: list[Image.Image]) -> bytes:
    file = io.BytesIO()
    frames[0].save(
        file,
        "GIF",
        save_all=len(frames) > 1,
        append_images=frames[1:],
        duration=FRAME_MILLISECONDS,
        loop=0,
        optimize=False,
    )
    return file.getvalue()
