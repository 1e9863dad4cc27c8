"""Fetching the files that people send: in two steps, with the token, as long as WhatsApp has them
(seven days)."""

from collections.abc import Callable

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lebailleur.conversation import attachments
from lebailleur.conversation.models import Attachment
from lebailleur.conversation.workers import Workers
from lebailleur.database import reading, writing
from lebailleur.whatsapp.graph import GraphClient, GraphError, TooLarge

log = structlog.get_logger()

THREADS = 2
# Meta's word for an object that is not there (any more).
GONE = 100


class NotKept(Exception):
    """A file is of a type that we do not keep."""


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
            self._fetch(item)
        except SQLAlchemyError:
            raise  # the database is away: it is tried again
        except (TooLarge, NotKept) as refusal:
            self._note(item, attachments.refused, str(refusal), type(refusal).__name__)
        except GraphError as error:
            noted = attachments.gone if error.code == GONE else attachments.put_off
            self._note(item, noted, str(error), error.code)
        except Exception as error:
            # A fault of ours: it may be mended before WhatsApp forgets the file.
            log.error("fetching_failed", code=type(error).__name__)
            self._note(item, attachments.put_off, type(error).__name__, None)
        return True

    def _fetch(self, item: Attachment) -> None:
        data, mime = self._graph.download(item.media_id, attachments.MOST_BYTES)
        base = mime.split(";")[0].strip().lower()
        if base not in attachments.TYPES:
            raise NotKept(f"files of the type {base[:40]} are not kept")
        with writing(self._engine) as session:
            attachments.fetched(session, item.id, data, base)

    def _note(
        self,
        item: Attachment,
        noted: Callable[[Session, int, str], None],
        error: str,
        code: int | str | None,
    ) -> None:
        with writing(self._engine) as session:
            noted(session, item.id, error)
        log.warning("file_not_fetched", attachment_id=item.id, code=code)
