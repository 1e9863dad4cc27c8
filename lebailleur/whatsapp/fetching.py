"""Fetching the files that people send: in two steps, with the token, as long as WhatsApp has them
(seven days)."""

import structlog
from sqlalchemy import Engine

from lebailleur.conversation import attachments
from lebailleur.conversation.workers import Workers
from lebailleur.database import reading, writing
from lebailleur.whatsapp.graph import GraphClient, GraphError

log = structlog.get_logger()

THREADS = 2
# Meta's word for an object that is not there (any more).
GONE = 100


class Fetching:
    """Fetches what waits, any number of processes side by side."""

    def __init__(self, engine: Engine, graph: GraphClient) -> None:
        self._engine, self._graph = engine, graph
        self.workers = Workers(
            engine,
            "fetching_until",
            attachments.CLAIM,
            attachments.people_waiting,
            self._one,
            THREADS,
        )

    def _one(self, person_id: str) -> bool:
        """Fetch a person's next file; whether to go on with the one after it."""
        with reading(self._engine) as session:
            item = attachments.oldest_of(session, person_id)
        if item is None:
            return False
        try:
            data, mime = self._graph.download(item.media_id, attachments.MOST_BYTES)
            base = mime.split(";")[0].strip().lower()
            if base not in attachments.TYPES:
                raise GraphError(GONE, f"files of the type {base[:40]} are not kept")
        except GraphError as error:
            with writing(self._engine) as session:
                attachments.not_fetched(session, item.id, str(error), final=error.code == GONE)
            log.warning("file_not_fetched", attachment_id=item.id, code=error.code)
            return True
        with writing(self._engine) as session:
            attachments.fetched(session, item.id, data, base)
        return True
