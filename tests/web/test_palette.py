"""The colours: each hex is the OKLCH that its comment says, and what is read stands off from its ground (WCAG 2.2 AA)."""

import math
import re
from pathlib import Path

import pytest

import sawtna
from sawtna.campaigns.charts.wall import REACH

SHEET = (Path(sawtna.__file__).parent / "web/static/web/tokens.css").read_text(encoding="utf-8")
LIGHT, _, DARK = SHEET.partition("@media (prefers-color-scheme: dark)")
COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6}); /\* oklch\(([0-9.]+) ([0-9.]+) ([0-9.]+)\)")
TEXT, LARGE = 4.5, 3.0  # WCAG 2.2: 1.4.3 for text, 1.4.3 and 1.4.11 for large text and for marks

PAIRS = [
    *(
        (front, ground, TEXT)
        for front in ("ink", "soft", "link", "living", "brick", "calm")
        for ground in ("paper", "tile")
    ),
    *((front, ground, LARGE) for front in ("spark", "edge") for ground in ("paper", "tile")),
    *(
        (front, "night", TEXT)
        for front in ("night-ink", "night-soft", "saffron", "night-brick", "night-calm")
    ),
    ("paper", "ink", TEXT),
    ("paper", "link", TEXT),
]


def colours(part: str) -> dict[str, tuple[str, tuple[float, float, float]]]:
    """Read the colours of a scheme: name, hex, and the lightness, chroma and hue that it comes from."""
    return {
        name: (hexed, (float(light), float(chroma), float(hue)))
        for name, hexed, light, chroma, hue in COLOUR.findall(part)
    }


SCHEMES = {"light": colours(LIGHT), "dark": {**colours(LIGHT), **colours(DARK)}}


def hex_of(light: float, chroma: float, hue: float) -> str:
    """Turn OKLCH into sRGB (Ottosson 2020, as in CSS Color 4)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    coded = [12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in linear]
    return "#" + "".join(f"{round(255 * min(1, max(0, one))):02x}" for one in coded)


def luminance(hexed: str) -> float:
    """Relative luminance as WCAG defines it."""
    coded = [int(hexed[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in coded]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_hex_is_its_oklch(scheme):
    """Old browsers get the hex, people read the OKLCH: they say the same colour."""
    wrong = {
        name: (hexed, hex_of(*parts))
        for name, (hexed, parts) in SCHEMES[scheme].items()
        if hexed != hex_of(*parts)
    }
    assert not wrong


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_what_is_read_stands_off_from_its_ground(scheme, front, ground, least):
    """In both schemes, on paper, tile and night."""
    palette = SCHEMES[scheme]
    assert contrast(palette[front][0], palette[ground][0]) >= least


def test_states_of_the_wall_differ_without_colour():
    """Blocked and restored are told apart by words and by the height of strokes: nothing leans on red and green alone."""
    heights = [bottom - top for top, bottom in REACH.values()]
    assert len(set(heights)) == len(heights)
    assert "open" not in REACH
