"""What the landlord should look at before answering a claim."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """``more_than_owed`` (covered) · ``recorded_before`` (number, day) · or why the words do not
    fit the ledger: ``future_date`` (day) · ``before_lease`` (day, start) · ``already_paid`` (year,
    month) · ``lease_ended`` (day, open). Of an operator's message, each as it should be or not:
    ``sum_due`` `sum_not_due` (due) · ``payer_known`` `payer_unknown` (payer) `payer_agent` ·
    ``day_recent`` `day_old` (day) `day_unknown` · ``id_new`` `id_used` · ``id_dated`` ·
    ``form_usual`` `form_odd`."""

    code: str
    details: dict[str, object]
