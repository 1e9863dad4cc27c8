"""Pages in the browser: the phone simulator when it is on, and the home page."""

from lebailleur.console.pages import console_router

__all__ = ["console_router"]
