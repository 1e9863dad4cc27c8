"""Which unit or property is meant."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lebailleur.understanding.units import match_unit


@dataclass(frozen=True)
class Unit:
    name: str


def units(*names):
    return [Unit(name) for name in names]


COMPOUND = units("Room 1", "Room 4", "Room 14", "Shop 3", "A2", "B2", "Chambre du fond", "Studio 5",
                 "Mini-cité 12")  # fmt: skip
HOUSES = units("Villa Rose", "Immeuble Bastos", "Maison Bonamoussadi", "Résidence les Palmiers")


@pytest.mark.parametrize(
    ("text", "tier", "name"),
    [
        ("room 4", "exact", "Room 4"),
        ("Room 4", "exact", "Room 4"),
        ("chambre 4", "exact", "Room 4"),
        ("la chambre 4", "exact", "Room 4"),
        ("ch4", "exact", "Room 4"),
        ("ch 4", "exact", "Room 4"),
        ("rm4", "exact", "Room 4"),
        ("room four", "exact", "Room 4"),
        ("chambre quatre", "exact", "Room 4"),
        ("chambre n°4", "exact", "Room 4"),
        ("chambre numéro 4", "exact", "Room 4"),
        ("room no. 4", "exact", "Room 4"),
        ("room 04", "exact", "Room 4"),
        ("4", "part", "Room 4"),
        ("la 4", "part", "Room 4"),
        ("porte 4", "part", "Room 4"),
        ("house 4", "part", "Room 4"),
        ("chambre 1", "exact", "Room 1"),
        ("ch14", "exact", "Room 14"),
        ("boutique 3", "exact", "Shop 3"),
        ("magasin 3", "exact", "Shop 3"),
        ("the shop", "part", "Shop 3"),
        ("A2", "exact", "A2"),
        ("a 2", "exact", "A2"),
        ("appt B2", "part", "B2"),
        ("b-2", "exact", "B2"),
        ("room B2", "part", "B2"),
        ("la chambre du fond", "exact", "Chambre du fond"),
        ("minicité 12", "exact", "Mini-cité 12"),
        ("chambre fond", "exact", "Chambre du fond"),
        ("chambre 5", "fuzzy", "Studio 5"),
        ("room 4 upstairs", "fuzzy", "Room 4"),
    ],
)
def test_the_unit_that_is_meant(text, tier, name):
    result = match_unit(text, COMPOUND)
    assert (result.tier, [each.item.name for each in result.found]) == (tier, [name])


@pytest.mark.parametrize(
    ("text", "tier", "name"),
    [
        ("Villa Rose", "exact", "Villa Rose"),
        ("villa roses", "fuzzy", "Villa Rose"),
        ("vila rose", "fuzzy", "Villa Rose"),
        ("rose", "part", "Villa Rose"),
        ("the Bastos house", "part", "Immeuble Bastos"),
        ("building Bastos", "exact", "Immeuble Bastos"),
        ("la maison de Bonamoussadi", "exact", "Maison Bonamoussadi"),
        ("Bonamousadi", "fuzzy", "Maison Bonamoussadi"),
        ("house in Bonamoussadi", "exact", "Maison Bonamoussadi"),
        ("les palmiers", "part", "Résidence les Palmiers"),
        ("immeuble palmiers", "exact", "Résidence les Palmiers"),
    ],
)
def test_the_property_that_is_meant(text, tier, name):
    result = match_unit(text, HOUSES)
    assert (result.tier, [each.item.name for each in result.found]) == (tier, [name])


@pytest.mark.parametrize(
    "text",
    ["room 2", "ch44", "A3", "shop 4", "boutique 5", "B", "room 40", "", "😀", "Paul", "villa",
     "x" * 70_000, "24"],
)  # fmt: skip
def test_none(text):
    assert match_unit(text, COMPOUND).tier == "none"


@pytest.mark.parametrize(
    ("text", "names", "several"),
    [
        ("4", ["Room 4", "Shop 4"], ["Room 4", "Shop 4"]),
        ("room 4", ["Room 4", "Chambre 4"], ["Room 4", "Chambre 4"]),
        ("la chambre", ["Room 1", "Room 2", "Shop 3"], ["Room 1", "Room 2"]),
        ("villa", ["Villa Rose", "Villa Bastos"], ["Villa Rose", "Villa Bastos"]),
        ("rose", ["Villa Rose", "Immeuble Rose"], ["Villa Rose", "Immeuble Rose"]),
    ],
)
def test_several_may_be_meant(text, names, several):
    result = match_unit(text, units(*names))
    assert [each.item.name for each in result.found] == several
    assert result.only is None


@pytest.mark.parametrize(
    ("text", "names", "only"),
    [
        ("room 4", ["4", "14", "44"], "4"),
        ("A1", ["A1", "A11", "B1"], "A1"),
        ("room A", ["Room A", "Room B"], "Room A"),
        ("chambre A", ["Room A", "Room B"], "Room A"),
        ("room D", ["Room D", "Room L"], "Room D"),
        ("l'appartement C", ["Flat C", "Flat D"], "Flat C"),
        ("shop 4", ["Room 4", "Shop 4"], "Shop 4"),
        ("4", ["Room 4", "Room 4B"], "Room 4"),
        ("maison rose", ["Villa Rose", "Maison Rose"], "Maison Rose"),
    ],
)
def test_places_alike_stay_apart(text, names, only):
    assert match_unit(text, units(*names)).only.name == only


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["room {}", "ch{}", "chambre {}",
                                                                  "{}", "n° {}"]))  # fmt: skip
def test_figures_are_never_slips(one, other, form):
    result = match_unit(form.format(one), units(f"Room {other}"))
    assert (result.tier != "none") == (one == other)


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=4))
def test_no_text_makes_it_fail(text, names):
    result = match_unit(text, units(*names))
    assert (result.tier == "none") == (not result.found)
