"""The Graph API's refusals, with the codes and the body that Meta gives them."""

import secrets
from typing import Any

# code: (HTTP status, title)
ERRORS: dict[int, tuple[int, str]] = {
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Invalid OAuth access token"),
    4: (400, "Application request limit reached"),
    200: (403, "Provide a valid access token"),
    2500: (400, "Unknown path components"),
    131000: (500, "Something went wrong"),
    130429: (400, "Rate limit hit"),
    368: (403, "Temporarily blocked for policies violations"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131021: (400, "Recipient cannot be sender"),
    131016: (500, "Service unavailable"),
    131026: (400, "Message undeliverable"),
    131042: (400, "Business eligibility payment issue"),
    131047: (400, "Re-engagement message"),
    131051: (400, "Unsupported message type"),
    131049: (400, "Meta chose not to deliver"),
    131053: (400, "Media upload error"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132012: (400, "Parameter format does not match format in the created template"),
}
_OTHER = (400, "Something went wrong")


class GraphError(Exception):
    """A request that the Graph API refuses, with one of Meta's codes."""

    def __init__(
        self,
        code: int,
        details: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.code = code
        usual, self.title = ERRORS.get(code, _OTHER)
        self.status = status or usual
        self.details = details
        self.headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        super().__init__(f"(#{code}) {details}")

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        return {
            "error": {
                "message": f"(#{self.code}) {self.title}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.details},
                "fbtrace_id": "A" + secrets.token_urlsafe(16),
            }
        }


def in_notification(code: int, details: str) -> dict[str, Any]:
    """The same error as a `failed` status carries it."""
    title = ERRORS.get(code, _OTHER)[1]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details},
        "href": "/documentation/business-messaging/whatsapp/support/error-codes",
    }
