"""Checks a message to the Graph API, and refuses it with Meta's code and reason."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from lebailleur.whatsapp.simulator.errors import GraphError
from lebailleur.whatsapp.simulator.payloads import Message, ReadMark


def _text_unless_said(payload: Any) -> Any:
    return {"type": "text"} | payload if isinstance(payload, dict) else payload


_MESSAGE: TypeAdapter[Message] = TypeAdapter(
    Annotated[Message, Field(discriminator="type"), BeforeValidator(_text_unless_said)]
)


def checked(payload: Any) -> Message | ReadMark:
    """The payload of POST /messages as a model; GraphError with Meta's code when it is not one."""
    is_mark = isinstance(payload, dict) and "status" in payload
    try:
        return ReadMark.model_validate(payload) if is_mark else _MESSAGE.validate_python(payload)
    except ValidationError as refusal:
        path = refusal.errors()[0]
        raise _as_graph_error(path, is_mark) from None


def _as_graph_error(error: ErrorDetails, is_mark: bool) -> GraphError:
    # The first step is the name of the union's member, which the sender did not write.
    steps = error["loc"] if is_mark else error["loc"][1:]
    where = str(steps[0]) + "".join(f"['{step}']" for step in steps[1:]) if steps else "message"
    interactive = bool(steps) and steps[0] == "interactive"
    match error["type"]:
        case "missing":
            return GraphError(131008, f"The parameter {where} is required.")
        case "extra_forbidden":
            return GraphError(100, f"Unexpected key: {where}.")
        case "union_tag_invalid" | "union_tag_not_found" if not steps:
            return GraphError(131051, error["msg"])
        case "string_too_long" if not interactive:
            return GraphError(100, f"Param {where}: {error['msg']}.")
        case "dict_type" | "model_type" | "model_attributes_type" if not steps:
            return GraphError(100, "The body must be a JSON object.")
        case _:
            return GraphError(131009, f"{where}: {error['msg']}.")
