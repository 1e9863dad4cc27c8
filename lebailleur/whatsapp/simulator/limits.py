"""When WhatsApp lets the business write to a person: the 24-hour window and the pair limit."""

from datetime import datetime, timedelta

from lebailleur.whatsapp.simulator.tables import SimPhone

WINDOW = timedelta(hours=24)
PAIR_PAUSE = timedelta(seconds=6)
PAIR_BURST = 45


def window_is_open(phone: SimPhone, now: datetime) -> bool:
    """Whether the person wrote in the last 24 hours, so that free-form messages reach them."""
    return phone.last_wrote_at is not None and now - phone.last_wrote_at <= WINDOW


def pair_limit_hit(phone: SimPhone, now: datetime) -> bool:
    """Count one message to this person; True when it must be refused (131056).

    One message costs six seconds. Up to 45 may be borrowed; who borrows more waits until the
    whole debt is paid off.
    """
    most = PAIR_BURST * PAIR_PAUSE
    if phone.last_sent_to_at and now < phone.last_sent_to_at:
        # The clock was set back: what was borrowed in that future is forgotten.
        phone.debt_until = phone.refused_until = None
    phone.last_sent_to_at = now
    if phone.refused_until and now < phone.refused_until:
        return True
    debt_until = max(phone.debt_until or now, now)
    if debt_until + PAIR_PAUSE - now > most:
        phone.refused_until = debt_until
        return True
    phone.debt_until = debt_until + PAIR_PAUSE
    return False
