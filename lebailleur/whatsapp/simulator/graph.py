"""The Graph API's side: what the business calls instead of graph.facebook.com."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Depends, Path, Request, Response, params
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import ValidationError
from sqlalchemy import select
from starlette.datastructures import UploadFile

from lebailleur import database
from lebailleur.whatsapp.simulator import faults, media, payloads, rules, templates, uploads
from lebailleur.whatsapp.simulator.chats import Chats
from lebailleur.whatsapp.simulator.errors import GraphError
from lebailleur.whatsapp.simulator.tables import SimPhone, SimTemplate

Answer = dict[str, Any]


class GraphRoute(APIRoute):
    """A route whose refusals have the Graph API's form, and whose answer may be lost on its way:
    after `lost_after` seconds of the request's state, in which nobody else waits."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                answer = await handle(request)
            except GraphError as refusal:
                return JSONResponse(refusal.body(), refusal.status, refusal.headers)
            lost_after = getattr(request.state, "lost_after", None)
            if lost_after is None:
                return answer
            await asyncio.sleep(lost_after)
            return Response("<html>504 Gateway Time-out</html>", 504, media_type="text/html")

        return handled


def graph_router(chats: Chats) -> APIRouter:
    """The routes under /graph: messages, media, templates and the number itself."""
    account = chats.account

    def authorised(request: Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in ("bearer", "oauth") or not token:
            raise GraphError(200, "Provide a valid access token.")
        if token.strip() != account.token:
            raise GraphError(190, "The access token could not be decrypted.")

    def version(version: str = Path()) -> None:
        number, _, rest = version.removeprefix("v").partition(".")
        if not (version.startswith("v") and number.isdecimal() and rest == "0"):
            raise GraphError(2500, f"Unknown path components: /{version}")

    def own_number(node: str = Path()) -> None:
        if node != account.phone_number_id:
            raise GraphError(33, f"Object with ID '{node}' does not exist.")

    def own_business(node: str = Path()) -> None:
        if node != account.business_account_id:
            raise GraphError(33, f"Object with ID '{node}' does not exist.")

    def about(call: faults.Call) -> params.Depends:
        def meet(request: Request) -> None:
            request.state.lost_after = faults.met(chats.engine, call).lost_after

        return Depends(meet)

    router = APIRouter(
        prefix="/graph",
        route_class=GraphRoute,
        include_in_schema=False,
        dependencies=[Depends(authorised)],
    )
    node = "/{version}/{node}"
    versioned = [Depends(version)]
    of_number = [*versioned, Depends(own_number)]
    of_business = [*versioned, Depends(own_business), about("templates")]
    of_media = [*versioned, about("media")]
    of_template = [*versioned, about("templates")]

    @router.get("/lookaside/{media_id}", dependencies=[about("media")])
    def download(media_id: int, ext: int = 0, hash: str = "") -> Response:
        if not media.url_is_good(account, media_id, ext, hash):
            return Response(status_code=404)
        with database.reading(chats.engine) as session:
            row = media.find(session, str(media_id), content=True)
            return Response(row.content, media_type=row.mime)

    @router.post(f"{node}/messages", dependencies=of_number)
    async def messages(request: Request) -> Answer:
        payload = rules.checked(_json(await request.body()))
        answer, request.state.lost_after = await run_in_threadpool(_taken, chats, payload)
        return answer

    @router.post(f"{node}/media", dependencies=[*of_number, about("media")])
    async def upload(request: Request) -> Answer:
        async with request.form() as form:
            file, mime = form.get("file"), form.get("type")
            if form.get("messaging_product") != "whatsapp":
                raise GraphError(100, "(#100) The parameter messaging_product is required.")
            if not isinstance(file, UploadFile):
                raise GraphError(100, "(#100) The parameter file is required.")
            mime = mime if isinstance(mime, str) else file.content_type or ""
            content = await file.read()
            media.check_upload(mime, len(content))
            row = await run_in_threadpool(chats.keep_media, content, mime, file.filename or "file")
        return {"id": str(row.id)}

    @router.post(f"{node}/message_templates", dependencies=of_business)
    async def create_template(request: Request) -> Answer:
        try:
            new = templates.NewTemplate.model_validate(_json(await request.body()))
        except ValidationError as refusal:
            raise GraphError(100, refusal.errors()[0]["msg"]) from None
        templates.check_samples(account, new)
        with database.writing(chats.engine) as session:
            row = templates.create(session, new)
            session.flush()
            return {"id": str(row.id), "status": "APPROVED", "category": row.category}

    @router.get(f"{node}/message_templates", dependencies=of_business)
    def list_templates(name: str | None = None) -> Answer:
        with database.reading(chats.engine) as session:
            rows = session.scalars(select(SimTemplate).order_by(SimTemplate.name)).all()
        return {"data": [templates.as_json(row) for row in rows if name in (None, row.name)]}

    @router.get("/{version}/app", dependencies=of_template)
    def app() -> Answer:
        return {"id": account.app_id, "name": "LeBailleur", "category": "Business"}

    @router.post(f"{node}/uploads", dependencies=of_template)
    def begin_upload(node: str, file_length: int, file_type: str, file_name: str = "") -> Answer:
        if node != account.app_id:
            raise GraphError(100, f"(#100) Object with ID '{node}' does not exist")
        return {"id": uploads.begun(account, file_length, file_type)}

    @router.post("/{version}/upload:{told}", dependencies=of_template)
    async def take_upload(told: str, request: Request, sig: str = "") -> Answer:
        offset, content = request.headers.get("file_offset"), await request.body()
        return {"h": uploads.taken(account, told, sig, offset, content)}

    @router.post(node, dependencies=of_template)
    async def edit_template(node: str, request: Request) -> Answer:
        told = _json(await request.body())
        with database.writing(chats.engine) as session:
            row = session.get(SimTemplate, int(node)) if node.isdecimal() else None
            if row is None or not isinstance(told, dict):
                raise GraphError(100, f"(#100) Object with ID '{node}' does not exist")
            try:
                new = templates.NewTemplate.model_validate(
                    {"category": row.category, "components": row.components}
                    | told
                    | {"name": row.name, "language": row.language}
                )
            except ValidationError as refusal:
                raise GraphError(100, refusal.errors()[0]["msg"]) from None
            templates.check_samples(account, new)
            templates.create(session, new)
        return {"success": True}

    @router.get(
        f"/{{version}}/{account.phone_number_id}", dependencies=[*versioned, about("other")]
    )
    def describe_number() -> Answer:
        return {
            "id": account.phone_number_id,
            "verified_name": "LeBailleur",
            "display_phone_number": account.number,
            "quality_rating": "GREEN",
            "whatsapp_business_manager_messaging_limit": account.messaging_limit,
        }

    @router.get(node, dependencies=of_media)
    def describe_media(node: str) -> Answer:
        with database.reading(chats.engine) as session:
            return media.as_json(account, media.find(session, node))

    @router.delete(node, dependencies=of_media)
    def delete(node: str) -> Answer:
        with database.writing(chats.engine) as session:
            session.delete(media.find(session, node))
        return {"success": True}

    return router


def _taken(
    chats: Chats, payload: payloads.Message | payloads.ReadMark
) -> tuple[Answer, float | None]:
    """The answer to a message or a read mark, and after how many seconds it is lost, if it is."""
    if isinstance(payload, payloads.ReadMark):
        odd = faults.met(chats.engine, "other")
        chats.read_by_business(payload.message_id, typing=payload.typing_indicator is not None)
        return {"success": True}, odd.lost_after
    contact, phone = _recipient(chats, payload)
    odd = faults.met(chats.engine, "messages", phone)
    content, broken = _content(chats, payload)
    wamid = chats.send(
        phone,
        payload.type,
        content,
        reply_to=payload.context.message_id if payload.context else None,
        tracker=payload.biz_opaque_callback_data,
        broken=odd.code or broken,
        shuffled=odd.shuffled,
        copies=odd.copies,
    )
    sent = {"id": wamid}
    if payload.type == "template":
        sent["message_status"] = "accepted"
    answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]}
    return answer, odd.lost_after


def _recipient(chats: Chats, payload: payloads.Message) -> tuple[dict[str, str], str]:
    """Who it is for, as the answer names them, and the digits of their phone."""
    if payload.to is None:
        if payload.recipient is None:
            raise GraphError(131008, "The parameter to is required.")
        with database.reading(chats.engine) as session:
            phone = session.scalar(
                select(SimPhone.phone).where(SimPhone.user_id == payload.recipient)
            )
        if phone is None:
            raise GraphError(131009, "recipient is no user that ever wrote to this business.")
        return {"input": payload.recipient, "user_id": payload.recipient}, phone
    digits = payload.to.translate(str.maketrans("", "", "+-() "))
    if not payload.to.strip().startswith("+"):
        # What Meta says it may do; senders that forget the plus are to notice here, not there.
        digits = chats.account.country_code + digits
    if not (digits.isdecimal() and digits.isascii() and 7 <= len(digits) <= 15):
        raise GraphError(131009, "to is not a phone number.")
    if digits == chats.account.wa_id:
        raise GraphError(131021, "Sender and recipient are the same number.")
    return {"input": payload.to, "wa_id": digits}, digits


def _content(chats: Chats, payload: payloads.Message) -> tuple[dict[str, Any], int | None]:
    """What is kept of a message, and the error with which it will fail, if any."""
    with database.reading(chats.engine) as session:
        if isinstance(payload, payloads.TemplateMessage):
            content = templates.filled(session, payload.template)
        else:
            content = getattr(payload, payload.type).model_dump(exclude_none=True)
        kind, file = media.carried(payload.type, content) or ("", {})
        good = "id" not in file or media.is_what_it_says(session, file["id"], kind)
        return content, None if good else 131053


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise GraphError(100, "The body is not valid JSON.") from None
