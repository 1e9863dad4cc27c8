"""How much a request may bring: counted as it comes, for a length may be missing or untrue."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodySize:
    """ASGI middleware that answers 413 to bodies larger than `most` says for their path. Starlette
    has one too, but its answer is plain text where a route looks at no body."""

    def __init__(self, app: ASGIApp, most: Callable[[str], int]) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        most, seen, refused, answered = self.most(scope["path"]), 0, False, False

        async def refuse() -> None:
            nonlocal refused
            refused = True
            answer = JSONResponse(
                {"detail": f"the body is too large: at most {most} bytes are read here"},
                413,
                # What still comes of it is not waited for.
                headers={"Connection": "close"},
            )
            await answer(scope, receive, send)

        async def counted() -> Message:
            nonlocal seen
            if refused:
                return {"type": "http.disconnect"}
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most and not answered:
                await refuse()
            # Nobody is to take the part that has come for the whole.
            return {"type": "http.disconnect"} if seen > most else message

        async def unless_refused(message: Message) -> None:
            nonlocal answered
            if refused:
                return
            answered = answered or message["type"] == "http.response.start"
            await send(message)

        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
            return await refuse()
        await self.app(scope, counted, unless_refused)
