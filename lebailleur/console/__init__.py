"""Pages in the browser. So far: the front page, which is the phone simulator when it is on."""

from lebailleur.console.pages import console_router

__all__ = ["console_router"]
