"""Which months are meant."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lebailleur.understanding.periods import Period, read_period, resolve

TODAY = date(2026, 3, 11)
JANUARY = date(2027, 1, 2)


def unnamed(*months):
    return tuple((None, month) for month in months)


PERIODS = {
    unnamed(3): ["March", "mars", "march", "le mois de mars", "du mois de mars", "March rent",
                 "loyer de mars", "for march", "MARS", "mach", "marsh", "mar", "month of March"],
    unnamed(4): ["avril", "april", "avr", "d'avril", "avrl", "apr."],
    unnamed(2): ["fev", "fév", "février", "fevrier", "feb", "febuary", "February"],
    unnamed(8): ["août", "aout", "august", "out"],
    unnamed(12): ["déc", "dec", "décembre", "december"],
    unnamed(5): ["may", "mai", "le mois de mai"],
    unnamed(3, 4): ["mars-avril", "mars et avril", "march and april", "march & april", "mars/avril",
                    "mars, avril", "march april", "mars + avril"],
    unnamed(1, 2, 3): ["jan to march", "de janvier à mars", "janvier-mars", "january through march",
                       "jan - mar", "from January to March", "janvier, février et mars", "Q1",
                       "premier trimestre", "first quarter", "between jan and march", "T1",
                       "entre janvier et mars", "janvier au mars", "jan–mar"],
    unnamed(3, 5): ["mars et mai", "march, may"],
    unnamed(11, 12, 1): ["nov to jan", "de novembre à janvier"],
    ((2026, 2),): ["last month", "le mois passé", "mois dernier", "the last month", "02/2026",
                   "février 2026", "le mois précédent", "2026-02"],
    ((2026, 3),): ["march this year", "this month's rent", "ce mois", "this month", "ce mois-ci",
        "le mois en cours", "this month rent",
                   "march 2026", "le loyer de ce mois", "dis month"],
    ((2026, 4),): ["next month", "le mois prochain", "avril 2026", "04/2026", "April 2026"],
    ((2026, 1),): ["the month before last", "il y a deux mois", "two months ago"],
    ((2025, 3),): ["last march", "mars dernier", "mars passé", "march of last year", "mars 2025",
                   "march last year", "mars de l'année dernière", "mars de l'année 2025"],
    ((2027, 2),): ["février prochain", "next february", "february next year"],
    ((2027, 3),): ["march next year", "mars prochain", "03/2027", "3/2027", "mars 2027", "03/27",
        "03-2027", "2027-03"],
    ((2026, 3), (2026, 4)): ["this month and next", "ce mois et le prochain", "mars et avril 2026",
                             "this month and next month", "this month and april"],
    ((2026, 2), (2026, 3)): ["last month and this month", "le mois passé et ce mois"],
    ((2025, 12), (2026, 1)): ["décembre 2025 et janvier", "dec 2025 to jan", "dec to jan 2026"],
    ((2025, 11), (2025, 12), (2026, 1), (2026, 2)): ["nov 2025 to feb 2026", "11/2025 - 02/2026"],
    ((2026, 4), (2026, 5), (2026, 6)): ["next three months", "les trois prochains mois"],
    ((2026, 1), (2026, 2), (2026, 3)): ["jan to march 2026", "Q1 2026", "since january",
                                        "depuis janvier", "january to march this year",
                                        "janvier à ce mois"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "months"), [(text, months) for months, texts in PERIODS.items() for text in texts]
)
def test_named_months(text, months):
    assert read_period(text, TODAY).value == Period(months)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2026", 2026),
        ("cette année", 2026),
        ("this year", 2026),
        ("l'année dernière", 2025),
        ("last year", 2025),
        ("l'année 2025", 2025),
        ("toute l'année 2026", 2026),
        ("next year", 2027),
    ],
)
def test_whole_years(text, year):
    assert read_period(text, TODAY).value == Period(
        tuple((year, month) for month in range(1, 13)), whole_year=True
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_a_period"),
        ("50k", "not_a_period"),
        ("3 mois", "not_a_period"),
        ("15 mars", "not_a_period"),
        ("March 15", "not_a_period"),
        ("13/2026", "not_a_period"),
        ("05/04", "not_a_period"),
        ("Paul", "not_a_period"),
        ("Mark", "not_a_period"),
        ("mais", "not_a_period"),
        ("the rent", "not_a_period"),
        ("to march", "not_a_period"),
        ("last", "not_a_period"),
        ("tous les mois", "not_a_period"),
        ("mars à", "not_a_period"),
        ("march 2026 to january 2026", "not_a_period"),
        ("t7", "not_a_period"),
        ("january 2020 to march 2026", "too_long"),
        ("mars " * 20_000, "not_a_period"),
    ],
)
def test_no_periods(text, reason):
    reading = read_period(text, TODAY)
    assert (reading.value, reading.reason) == (None, reason)


@pytest.mark.parametrize("text", ["last three months", "les 3 derniers mois", "the past 3 months"])
def test_last_months_with_or_without_this_one(text):
    reading = read_period(text, TODAY)
    assert reading.reason == "ambiguous_period"
    assert reading.candidates == (
        Period(((2025, 12), (2026, 1), (2026, 2))),
        Period(((2026, 1), (2026, 2), (2026, 3))),
    )


@pytest.mark.parametrize(
    ("text", "today", "open_months", "meant"),
    [
        ("March", TODAY, [(2026, 1), (2026, 2), (2026, 3)], [(2026, 3)]),
        ("March", TODAY, [(2025, 3), (2026, 3)], [(2025, 3)]),  # of several the oldest
        ("March", TODAY, [], [(2026, 3)]),
        ("April", TODAY, [(2026, 3)], [(2026, 4)]),  # paying ahead
        ("February", TODAY, [(2026, 3)], [(2027, 2)]),  # none open: the nearest coming
        ("March", JANUARY, [(2026, 3)], [(2026, 3)]),  # example 28
        ("décembre", JANUARY, [(2026, 12), (2027, 1)], [(2026, 12)]),
        ("mars 2027", TODAY, [(2026, 3)], [(2027, 3)]),
        ("jan to march", TODAY, [(2026, 2), (2026, 3)], [(2026, 1), (2026, 2), (2026, 3)]),
        ("mars et avril", TODAY, [(2026, 3)], [(2026, 3), (2026, 4)]),
        ("avril et mars", TODAY, [(2026, 3)], [(2026, 4), (2026, 3)]),
        ("mars et mai", TODAY, [(2026, 3)], [(2026, 3), (2026, 5)]),
        ("nov to feb", JANUARY, [(2026, 12), (2027, 1)],
         [(2026, 11), (2026, 12), (2027, 1), (2027, 2)]),
        ("march to june", TODAY, [(2025, 3), (2026, 3), (2026, 4)],
         [(2026, 3), (2026, 4), (2026, 5), (2026, 6)]),
        ("last month", JANUARY, [], [(2026, 12)]),
        ("2026", TODAY, [], [(2026, month) for month in range(1, 13)]),
        ("Q1", date(2026, 5, 1), [], [(2027, 1), (2027, 2), (2027, 3)]),
    ],
)  # fmt: skip
def test_which_march(text, today, open_months, meant):
    assert resolve(read_period(text, today).value, today, open_months) == meant


@pytest.mark.parametrize(
    ("text", "today", "meant"),
    [
        ("February", TODAY, [(2026, 2)]),
        ("December", JANUARY, [(2026, 12)]),
        ("December", TODAY, [(2025, 12)]),
        ("May", TODAY, [(2026, 5)]),
        ("jan to march", date(2026, 5, 1), [(2026, 1), (2026, 2), (2026, 3)]),
    ],
)
def test_questions_mean_the_nearest(text, today, meant):
    assert resolve(read_period(text, today).value, today, [], otherwise="nearest") == meant


DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(DAYS, st.lists(st.integers(1, 12), min_size=1, max_size=6), st.sets(st.tuples(
    st.integers(2019, 2041), st.integers(1, 12)), max_size=8))  # fmt: skip
def test_months_keep_their_names(today, months, open_months):
    period = Period(unnamed(*dict.fromkeys(months)))
    meant = resolve(period, today, sorted(open_months))
    assert [month for _, month in meant] == [month for _, month in period.months]


@given(st.text(max_size=60), DAYS)
def test_no_text_makes_it_fail(text, today):
    reading = read_period(text, today)
    assert (reading.value is None) == (reading.reason is not None)
