"""JSON as it must be: UTF-8, whole characters, each name once, no NaN. `json` is more lenient,
and what two programs read differently is better refused than kept."""

import json
from typing import Any, NoReturn

from fastapi import HTTPException, Request


class StrictRequest(Request):
    """A request whose body is refused with 400 and a reason when it is no proper JSON."""

    async def json(self) -> Any:
        """What the body says."""
        body = await self.body()
        try:
            found = json.loads(
                # Windows programs begin a text with a mark that means nothing.
                body.decode("utf-8-sig"),
                object_pairs_hook=_each_once,
                parse_constant=_no_constant,
            )
        except UnicodeDecodeError as error:
            raise _refused("it is not UTF-8") from error
        except UnicodeEncodeError as error:
            raise _refused("a field's name holds half a character") from error
        except json.JSONDecodeError as error:
            raise _refused(f"line {error.lineno}, column {error.colno}") from error
        except RecursionError as error:
            raise _refused("it is nested too deeply") from error
        except ValueError as error:  # Python reads no number of over 4,300 digits
            raise _refused("a number in it is too long") from error
        return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    # Half a character in a value is its field's matter.
    "".join(found).encode()
    if len(found) < len(pairs):
        raise _refused("an object names a field twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _refused(f"{name} is no JSON number")


def _refused(why: str) -> HTTPException:
    return HTTPException(400, f"the body is not JSON: {why}")
