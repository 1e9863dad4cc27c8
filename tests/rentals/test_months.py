"""A landlord's month: what was expected, collected and is outstanding."""

from lebailleur.rentals import corrections, months


def test_a_month_by_kind_and_property(ledger):
    paul = ledger.lease(start="2026-03-01")
    awa = ledger.lease(80_000, start="2026-03-01", unit="Room 2", name="Awa")
    ledger.bill(paul, "electricity", 12_500, "2026-03-15")
    ledger.pay("2026-03-05", paul, amount=30_000)
    ledger.pay("2026-03-20", awa, amount=90_000)
    ledger.pay("2026-03-20", awa, amount=40_000, bill="deposit")
    wrong = ledger.pay("2026-03-21", paul, amount=1_000)
    with ledger.at("2026-03-22") as session:
        corrections.void(session, ledger.asker, wrong.id)
        found = months.of_landlord(session, ledger.asker, 2026, 3)
        total = found.total
        assert (total.expected, total.collected, total.outstanding) == (142_500, 120_000, 32_500)
        rent = found.by_kind["rent"]
        assert (rent.expected, rent.collected, rent.outstanding) == (130_000, 110_000, 20_000)
        assert found.by_kind["electricity"].outstanding == 12_500
        assert found.by_kind["credit"].collected == 10_000
        assert found.by_kind["deposit"].collected == 40_000
        house = found.by_property["Villa Rose"]
        assert (house.expected, house.collected) == (142_500, 120_000)
        empty = months.of_landlord(session, ledger.asker, 2025, 3).total
        assert (empty.expected, empty.collected) == (0, 0)
        year = months.of_landlord(session, ledger.asker, 2026, 1, until=(2026, 12)).total
        assert year.collected == 120_000
