"""What is wrong with an installation, in sentences that say what to do.

Each check is one small function that yields its findings. All are run, whatever one finds; what a
check needs and is not there was found by another, so that each fault is told once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lebailleur.operating.doctor import answering, configured, outside, storage
from lebailleur.operating.doctor.place import NotLookedAt, Place

Check = Callable[[Place], Iterator[str]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", configured.settings_fit),
    ("WhatsApp's settings", configured.whatsapp_is_whole),
    ("public address", configured.public_address),
    ("keys", configured.admin_token),
    ("private files", storage.private_files),
    ("disk", storage.disk),
    ("database", storage.database),
    ("tables", storage.tables),
    ("encryption", storage.sealed_texts),
    ("waiting messages", storage.waiting),
    ("model", answering.model),
    ("app", answering.app),
    ("action server", answering.actions),
    ("Rasa", answering.rasa),
    ("WhatsApp's token", outside.token),
    ("templates", outside.templates),
    ("clock", outside.clock),
)


@dataclass(frozen=True)
class Looked:
    """What a check found, or why it was not made (`skipped`)."""

    check: str
    findings: tuple[str, ...] = ()
    skipped: str | None = None


def examine(place: Place) -> list[Looked]:
    """Make every check. A check that fails itself is a finding."""
    return [_look(name, check, place) for name, check in CHECKS]


def _look(name: str, check: Check, place: Place) -> Looked:
    try:
        return Looked(name, tuple(check(place)))
    except NotLookedAt as reason:
        return Looked(name, skipped=str(reason))
    except Exception as error:
        # Its words may hold what nobody is to read.
        return Looked(name, (f"The check itself failed ({type(error).__name__}): report this.",))
