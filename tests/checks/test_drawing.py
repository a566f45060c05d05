"""The drawing of one access: every mark lies inside, columns are as tall as their checks, Arabic is the mirror of the others."""

import pytest

from sawtna.checks.core.shares import wilson
from sawtna.checks.drawing import GROUND, SIDE, TOP, WIDTH, draw_access, draw_interval

from tests.checks.found import bodies_of_days, check_body, findings_of


def access_of(bodies):
    """The only access of the only network."""
    (network,) = findings_of(bodies).networks.values()
    (access,) = network.accesses
    return access


SERIES = {
    "a block that ended": bodies_of_days("b" * 40 + "o" * 40 + "iid"),
    "one check": [check_body(1)],
    "a gap of years": [*bodies_of_days("bbbbbb"), check_body(900, day=1200, verdict="not_blocked")],
}


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("rtl", [True, False])
def test_every_mark_lies_inside(name, rtl):
    """Columns, the bar of stretches, months and the count stay between the edges, for one check as for years."""
    drawing = draw_access(access_of(SERIES[name]), rtl=rtl)
    for part in (*drawing.columns, *drawing.stretches):
        assert part.x >= SIDE - 0.1
        assert part.x + part.width <= WIDTH - SIDE + 0.2
        assert part.y >= 0
        assert part.y + part.height <= GROUND + 0.2
    assert all(0 <= tick.x <= WIDTH for tick in drawing.ticks)
    assert SIDE <= drawing.label[0] <= WIDTH - SIDE


def test_a_column_is_as_tall_as_its_checks():
    """The week with most checks fills the height; the parts of a week stand on each other."""
    drawing = draw_access(access_of(SERIES["a block that ended"]), rtl=False)
    heights = {}
    for part in drawing.columns:
        heights[part.x] = heights.get(part.x, 0) + part.height
    assert max(heights.values()) == pytest.approx(GROUND - TOP, abs=0.2)
    assert drawing.tallest.count == 7
    assert {part.state for part in drawing.columns} == {"blocked", "not_blocked", "inconclusive", "degraded"}


def test_arabic_is_the_mirror_of_the_others():
    """What begins at the left in French begins at the right in Arabic, and is as long."""
    access = access_of(SERIES["a block that ended"])
    left, right = draw_access(access, rtl=False), draw_access(access, rtl=True)
    for one, other in zip(left.stretches, right.stretches, strict=True):
        assert one.width == pytest.approx(other.width, abs=0.2)
        assert one.x == pytest.approx(WIDTH - other.x - other.width, abs=0.3)
    assert [part.state for part in left.stretches] == ["blocked", "open"]
    assert left.stretches[0].x < left.stretches[1].x
    assert right.stretches[0].x > right.stretches[1].x


def test_a_share_stands_inside_of_its_interval_in_both_directions():
    """Places are percent from the page's left; none is drawn where no share is said."""
    for rtl in (False, True):
        reach = draw_interval(wilson(18, 20), rtl=rtl)
        assert reach.left <= reach.at <= reach.left + reach.width
        assert reach.left >= 0
        assert reach.left + reach.width <= 100
    assert draw_interval(wilson(18, 20), rtl=False).at == 90
    assert draw_interval(wilson(18, 20), rtl=True).at == 10
    assert draw_interval(wilson(3, 4), rtl=False) is None
