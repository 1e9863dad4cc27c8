"""The Graph API client: few calls over requests."""

import base64
import hashlib
import time
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import quote

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from lebailleur import metrics
from lebailleur.settings import (
    SIMULATED_PHONE_NUMBER_ID,
    SIMULATED_TOKEN,
    Settings,
)

CONNECT_SECONDS, READ_SECONDS = 5, 30
_PIECE = 64 * 1024


class GraphError(Exception):
    """The Graph API refused: decide on `code`, never on the HTTP status.

    `code` is None when there was no answer that could be read; `retry_after` in seconds. Where it
    is `unknown` whether the call was taken (no answer came), asking again may do it twice.
    """

    def __init__(
        self,
        code: int | None,
        message: str,
        retry_after: float | None = None,
        *,
        unknown: bool = False,
    ) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.retry_after, self.unknown = code, retry_after, unknown


class TooLarge(Exception):
    """A file has more bytes than were asked for."""


class GraphClient:
    """Sends messages and uploads media for one phone number."""

    def __init__(self, settings: Settings) -> None:
        number = settings.whatsapp_phone_number_id or SIMULATED_PHONE_NUMBER_ID
        self._root = f"{settings.graph_url}/{settings.whatsapp_api_version}"
        self._url = f"{self._root}/{number}"
        account = settings.whatsapp_business_account_id or number
        self._account_url = f"{self._root}/{account}"
        self._session = requests.Session()
        token = settings.whatsapp_token.get_secret_value() or SIMULATED_TOKEN
        self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, payload: dict[str, Any]) -> str:
        """Send one message and return its wamid. Raises `GraphError`."""
        answer = self._call("messages", json={"messaging_product": "whatsapp", **payload})
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError):
            raise GraphError(None, "an answer without a message id", unknown=True) from None

    def upload(self, content: bytes, filename: str, mime: str) -> str:
        """Upload a file and return its media id. Raises `GraphError`."""
        try:
            answer = self._call(
                "media",
                data={"messaging_product": "whatsapp", "type": mime},
                files={"file": (filename, content, mime)},
            )
        except GraphError as error:
            error.unknown = False  # a file that is there twice harms nobody
            raise
        if "id" not in answer:
            raise GraphError(None, "an answer without a media id")
        return str(answer["id"])

    def download(self, media_id: str, most: int) -> tuple[bytes, str]:
        """A file that somebody sent, and its MIME type: its address is asked for, then fetched. An
        address lasts five minutes, so a 404 asks once more. Raises `GraphError`, with the code 100
        for what is not there any more, and `TooLarge` for what has more than `most` bytes."""
        for last in (False, True):
            told = self._ask("GET", f"{self._root}/{quote(media_id, safe='')}")
            if int(told.get("file_size") or 0) > most:
                raise TooLarge(f"a file of more than {most} bytes")
            try:
                with self._session.get(
                    str(told.get("url")), timeout=(CONNECT_SECONDS, READ_SECONDS), stream=True
                ) as answer:
                    if answer.status_code == HTTPStatus.NOT_FOUND and not last:
                        continue
                    if not answer.ok:
                        raise GraphError(None, f"HTTP {answer.status_code} for a file")
                    data = b"".join(islice(answer.iter_content(_PIECE), most // _PIECE + 2))
            except requests.RequestException as failure:
                raise GraphError(None, type(failure).__name__) from None
            if len(data) > most:
                raise TooLarge(f"a file of more than {most} bytes")
            if not _is_whole(data, str(told.get("sha256") or "")):
                raise GraphError(None, "a file that is not whole")
            return data, str(told.get("mime_type") or answer.headers.get("Content-Type", ""))
        raise GraphError(None, "a file whose address is never good")

    def mark_read(self, wamid: str, *, typing: bool) -> None:
        """Mark a message as read, and show that an answer is being written."""
        payload: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": wamid,
        }
        if typing:
            payload["typing_indicator"] = {"type": "text"}
        self._call("messages", json=payload)

    def number(self) -> dict[str, Any]:
        """The phone number as WhatsApp has it. Raises `GraphError`, so where the token or the
        number's id is not good."""
        return self._ask("GET", self._url)

    def templates(self) -> list[dict[str, Any]]:
        """The business's message templates as Meta has them. Raises `GraphError`."""
        found, after = [], ""
        while True:
            page = self._ask(
                "GET",
                f"{self._account_url}/message_templates",
                params={"limit": "100", "after": after} if after else {"limit": "100"},
            )
            found += page.get("data", [])
            after = page.get("paging", {}).get("cursors", {}).get("after", "")
            if not after or "next" not in page.get("paging", {}):
                return found

    def upload_sample(self, content: bytes, filename: str, mime: str) -> str:
        """Upload a file as the sample of a template; the handle that stands for it there. Raises
        `GraphError`."""
        app = self._ask("GET", f"{self._root}/app", params={"fields": "id"})
        told = {"file_name": filename, "file_length": str(len(content)), "file_type": mime}
        begun = self._ask("POST", f"{self._root}/{app.get('id')}/uploads", params=told)
        # The session's id holds a query of its own.
        answer = self._ask(
            "POST", f"{self._root}/{begun.get('id')}", data=content, headers={"file_offset": "0"}
        )
        if "h" not in answer:
            raise GraphError(None, "an answer without the handle of the sample")
        return str(answer["h"])

    def create_template(self, template: dict[str, Any]) -> dict[str, Any]:
        """Create a message template; its id and status. Raises `GraphError`."""
        return self._ask("POST", f"{self._account_url}/message_templates", json=template)

    def edit_template(self, template_id: str, template: dict[str, Any]) -> dict[str, Any]:
        """Change a message template, which Meta then reviews anew. Raises `GraphError`."""
        kept = {key: template[key] for key in ("category", "components")}
        return self._ask("POST", f"{self._root}/{template_id}", json=kept)

    def _call(self, path: str, **arguments: Any) -> dict[str, Any]:
        return self._ask("POST", f"{self._url}/{path}", **arguments)

    def _ask(self, method: str, url: str, **arguments: Any) -> dict[str, Any]:
        began, code = time.monotonic(), "ok"
        try:
            return self._asked(method, url, **arguments)
        except GraphError as error:
            code = str(error.code)
            raise
        finally:
            metrics.graph_call(url, code, time.monotonic() - began)

    def _asked(self, method: str, url: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer = self._session.request(
                method, url, timeout=(CONNECT_SECONDS, READ_SECONDS), **arguments
            )
        except requests.RequestException as failure:
            unknown = not _was_not_sent(failure)
            raise GraphError(None, type(failure).__name__, unknown=unknown) from None
        try:
            body = answer.json()
        except ValueError:
            body = {}
        if answer.ok and isinstance(body, dict):
            return body
        error = body.get("error") if isinstance(body, dict) else None
        error = error if isinstance(error, dict) else {}
        code = error.get("code") if isinstance(error.get("code"), int) else None
        after = answer.headers.get("Retry-After", "")
        raise GraphError(
            code,
            str(error.get("message", f"HTTP {answer.status_code}"))[:200],
            float(after) if after.replace(".", "", 1).isdigit() else None,
            unknown=code is None and answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR,
        )


def _is_whole(data: bytes, digest: str) -> bool:
    """Whether the bytes are those of a SHA-256, in hex or base64 (Meta's papers show both)."""
    found = hashlib.sha256(data)
    return not digest or digest in (
        found.hexdigest(),
        base64.b64encode(found.digest()).decode(),
    )


def _was_not_sent(failure: requests.RequestException) -> bool:
    """Whether no connection came about at all."""
    cause = getattr(failure.args[0], "reason", None) if failure.args else None
    return isinstance(cause, NewConnectionError | ConnectTimeoutError)
