"""Where Rasa keeps what was said: its SQL store, the events sealed when ENCRYPTION_KEY is set."""

import os
from typing import Any, Optional

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore

from lebailleur.seal import Seal


class _Sealed(sa.types.TypeDecorator):
    """A text that is sealed in the database."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, seal: Seal) -> None:
        super().__init__()
        self._seal = seal

    def process_bind_param(self, value: Optional[str], dialect: Any) -> Optional[str]:
        return None if value is None else self._seal.close(value)

    def process_result_value(self, value: Optional[str], dialect: Any) -> Optional[str]:
        return None if value is None else self._seal.open(value)


class SealedTrackerStore(SQLTrackerStore):
    """Rasa's SQL store. Sender, time and the names of intents and actions stay readable: Rasa
    searches by them."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        seal = Seal(os.environ.get("ENCRYPTION_KEY", ""))
        self.SQLEvent.__table__.c.data.type = _Sealed(seal)
        super().__init__(*args, **settings)
