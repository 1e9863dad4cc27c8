"""What the doctor looks at: the settings, the folder, and what answers there."""

from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from lebailleur import migrating
from lebailleur.database import make_engine
from lebailleur.settings import ROOT, VAR, Settings, tracker_db
from lebailleur.whatsapp.graph import GraphClient, GraphError

SECONDS = 5


class NotLookedAt(Exception):
    """A check that cannot be made, because of something that another check tells."""


class Place:
    """An installation. `env_file`, `var` and `root` are where settings, data and program lie."""

    def __init__(
        self,
        settings: Settings,
        *,
        root: Path = ROOT,
        var: Path = VAR,
        env_file: Path = ROOT / ".env",
        trackers: Path | None = None,
    ) -> None:
        self.settings, self.root, self.var, self.env_file = settings, root, var, env_file
        self.trackers = trackers or tracker_db()

    @cached_property
    def database_fault(self) -> str | None:
        """Why the database does not answer; None when it does."""
        if (file := self.database_file) is not None and not file.exists():
            return "there is no such file yet"  # looking would make one
        try:
            with make_engine(self.settings.database_url).connect() as connection:
                connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError, ImportError) as error:
            return type(error).__name__
        return None

    @property
    def database_file(self) -> Path | None:
        """Where SQLite keeps the database; None for PostgreSQL."""
        url = make_url(self.settings.database_url)
        found = url.database if url.get_backend_name() == "sqlite" else None
        return Path(found).absolute() if found and found != ":memory:" else None

    @cached_property
    def engine(self) -> Engine:
        """The database. Raises `NotLookedAt` when it does not answer."""
        if self.database_fault is not None:
            raise NotLookedAt("the database does not answer")
        return make_engine(self.settings.database_url)

    @cached_property
    def version(self) -> str | None:
        """The version of its tables; None when there are none."""
        with self.engine.connect() as connection:
            return migrating.version_of(connection)

    @property
    def whole(self) -> Engine:
        """The database, with the tables that this program expects. Raises `NotLookedAt`."""
        engine = self.engine
        if self.version != migrating.newest():
            raise NotLookedAt("the tables are not those of this version")
        return engine

    @cached_property
    def app(self) -> dict[str, Any] | None:
        """What the app says of its parts (/readyz); None when it does not answer."""
        try:
            answer = requests.get(f"{self.settings.own_url}/readyz", timeout=SECONDS)
            found = answer.json()
        except (requests.RequestException, ValueError):
            return None
        return found if isinstance(found, dict) and "status" in found else None

    @cached_property
    def graph(self) -> GraphClient:
        """The Graph API, or its stand-in. Raises `NotLookedAt` when that is the app's own, and the
        app does not answer."""
        if self.settings.graph_url.startswith(self.settings.own_url) and self.app is None:
            raise NotLookedAt("the simulator is part of the app, which does not answer")
        return GraphClient(self.settings)

    @cached_property
    def graph_fault(self) -> GraphError | None:
        """Why the Graph API does not know this number and token; None when it does."""
        try:
            self.graph.number()
        except GraphError as error:
            return error
        return None
