"""What elements look like as features."""

from typing import Any

import pytest
import shapely

from apps.features.models import Shape
from apps.features.projection import to_degrees
from apps.features.update import update
from tests import worlds

from .conftest import TIME, features


def shapes() -> dict[str, Shape]:
    return {element: Shape(shape) for element, shape in features("shape").items()}


def geometry_of(element: str) -> Any:
    return shapely.from_wkb(bytes(features("geometry")[element]))


def test_what_says_something_is_a_feature_of_its_main_tag(town: None) -> None:
    assert features() == {
        "n9": ("shop", "bakery"),
        "n11": ("place", "village"),
        "w1": ("highway", "residential"),
        "w2": ("highway", "track"),
        # It has no tags, but is part of a boundary.
        "w3": ("boundary", "administrative"),
        "w5": ("building", "yes"),
        "r1": ("natural", "wood"),
        "r2": ("boundary", "administrative"),
    }
    assert shapes() == {
        "n9": Shape.POINT,
        "n11": Shape.POINT,
        "w1": Shape.LINE,
        "w2": Shape.LINE,
        "w3": Shape.LINE,
        # The boundary is not closed in this world.
        "w5": Shape.AREA,
        "r1": Shape.AREA,
        "r2": Shape.LINE,
    }


def test_the_holes_of_an_area_are_found_whatever_their_roles(town: None) -> None:
    wood = geometry_of("r1")
    assert (wood.geom_type, len(wood.interiors)) == ("Polygon", 1)
    house = geometry_of("w5")
    assert not wood.contains(house.representative_point())
    assert wood.boundary.covers(house.exterior)


def test_sizes_are_in_meters(town: None) -> None:
    sizes = features("size")
    # 0.01 degrees of longitude at 47.1 degrees north, and 0.003 x 0.003 degrees.
    assert sizes["w1"] == pytest.approx(758, rel=0.01)
    assert sizes["w5"] == pytest.approx(227 * 333, rel=0.01)
    assert sizes["n9"] == 0


def test_ways_know_the_level_of_the_boundaries_that_they_are_part_of(town: None) -> None:
    levels = features("admin_level")
    assert {element for element, level in levels.items() if level is not None} == {"w2", "w3", "r2"}
    assert levels["w2"] == 8


def test_the_name_of_an_area_is_where_mappers_want_it(town: None) -> None:
    x, y = (float(number) for number in features("label::text")["r2"].strip("()").split(","))
    assert to_degrees(x, y) == pytest.approx((9.505, 47.102), abs=1e-7)


def test_features_are_found_by_words_without_accents(town: None) -> None:
    names = features("names::text")
    assert names["n9"] == "'backerei' 'baeckerei' 'mueller' 'muller'"
    assert features("words::text")["n9"] == names["n9"]


def test_an_address_is_no_name(town: None) -> None:
    assert features("names::text")["w5"] == ""
    assert features("words::text")["w5"] == "'1'"


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        # A ring that crosses itself, two equal positions, one node, nodes that were not imported, none at all
        (f"w20 v1 dV c1 {TIME} Tlanduse=forest Nn1,n3,n2,n4,n1", Shape.AREA),
        (f"w20 v1 dV c1 {TIME} Tlanduse=forest Nn1,n2,n1", Shape.LINE),
        (f"w20 v1 dV c1 {TIME} Tlanduse=forest Nn1", None),
        (f"w20 v1 dV c1 {TIME} Thighway=path Nn1,n900,n2", Shape.LINE),
        (f"w20 v1 dV c1 {TIME} Thighway=path Nn900,n901", None),
        (f"w20 v1 dV c1 {TIME} Thighway=path N", None),
        (f"w20 v1 dV c1 {TIME} Tsource=x Nn1,n2", None),
        # The same way twice, ways that cross, a relation without members, of itself, of unknown elements
        (f"r20 v1 dV c1 {TIME} Ttype=multipolygon,landuse=grass Mw5@outer,w5@outer", Shape.AREA),
        (f"r20 v1 dV c1 {TIME} Ttype=multipolygon,landuse=grass Mw1@outer,w900@outer", Shape.LINE),
        (f"r20 v1 dV c1 {TIME} Ttype=multipolygon,landuse=grass M", None),
        (f"r20 v1 dV c1 {TIME} Ttype=route,route=bus Mr20@,w1@,n1@stop", Shape.LINE),
        (f"r20 v1 dV c1 {TIME} Ttype=site,site=piste,name=x Mn1@,n2@", Shape.POINT),
        (f"r20 v1 dV c1 {TIME} Ttype=restriction,restriction=no_u_turn Mw1@from,n2@via,w2@to", None),
        (f"n20 v1 dV c1 {TIME} x0 y-90 Tnatural=peak", Shape.POINT),
    ],
)
def test_odd_elements_are_drawn_as_far_as_they_go(town: None, element: str, expected: Shape | None) -> None:
    worlds.load(element)
    assert update()
    name = element.split(maxsplit=1)[0]
    assert shapes().get(name) == expected
    if expected == Shape.AREA:
        area = geometry_of(name)
        assert area.is_valid
        assert area.area > 0
