"""Checking the action server's answers without checking the schema anew each time.

Rasa hands its schema of an answer to `jsonschema.validate`, which first validates the schema
itself against its meta-schema: about two thirds of the processor time of a turn with two actions
(py-spy, Rasa 3.6.21). Here the schema is checked once, and answers as strictly as before.
"""

from typing import Any, Dict

from jsonschema import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction


def check_schema_once() -> None:
    """From now on, in this process, an answer costs only its own check. Raises SchemaError where
    Rasa's schema is wrong."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate(_self: RemoteAction, result: Dict[str, Any]) -> bool:
        try:
            validator.validate(result)
        except ValidationError as problem:
            problem.message += ". The action server's answer is not what Rasa expects."
            raise
        return True

    RemoteAction._validate_action_result = validate
