"""Lists come in pages: `{"count", "next", "previous", "results"}`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le
from fastapi import Depends, HTTPException, Query, Request
from pydantic import BaseModel, BeforeValidator

from lebailleur.api.fields import whole
from lebailleur.rentals.listing import Page
from lebailleur.settings import settings

MOST = 100
Whole = Annotated[int, Ge(1), Le(1_000_000), BeforeValidator(whole)]


class Listing[Out](BaseModel):
    """One page of a list; `next` and `previous` are addresses, or null."""

    count: int
    next: str | None
    previous: str | None
    results: list[Out]


@dataclass(frozen=True)
class Window:
    """Which page is asked for."""

    request: Request
    page: Annotated[Whole, Query(examples=[1])] = 1
    page_size: Annotated[Whole, Query(description=f"a larger wish gets {MOST}")] = 20

    @property
    def limit(self) -> int:
        """How many a page holds; a larger wish gets the most there is."""
        return min(self.page_size, MOST)

    @property
    def offset(self) -> int:
        """How many come before the page."""
        return (self.page - 1) * self.limit

    def listing[Row, Out](self, found: Page[Row], shown: Callable[[Row], Out]) -> Listing[Out]:
        """The page as it is answered; 404 for one beyond the last."""
        if self.page > 1 and not found.rows:
            raise HTTPException(404, f"page: there are fewer than {self.page}")
        more = self.offset + self.limit < found.count
        return Listing(
            count=found.count,
            next=self._address(self.page + 1) if more else None,
            previous=self._address(self.page - 1) if self.page > 1 else None,
            results=[shown(each) for each in found.rows],
        )

    def _address(self, page: int) -> str:
        url = self.request.url.include_query_params(page=page)
        base = settings().public_url.rstrip("/")
        return f"{base}{url.path}?{url.query}" if base else str(url)


Paging = Annotated[Window, Depends()]
