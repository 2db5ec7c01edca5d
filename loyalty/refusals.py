"""What the domain says when it will not do a thing.

A refusal is raised next to the rule that refuses, before anything is written, and carries a stable code. Each
dialect has one table from code to status and body; the cockpit, the portal and the till show `message`.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """The domain will not do this; nothing was written.

    `code` is stable and public, `message` one plain sentence, `field` our name of the input at fault, if one is.
    """

    code: ClassVar[str] = ""
    message: ClassVar[str] = ""
    field: ClassVar[str | None] = None
    registry: ClassVar[dict[str, type["Refusal"]]] = {}

    def __init__(self, *, field: str | None = None, **facts: Any) -> None:
        self.facts = facts
        self.at_field = field or self.field
        super().__init__(self.message.format(**facts) if facts else self.message)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.code:
            Refusal.registry[cls.code] = cls


class NotFound(Refusal):
    """No such thing in this store, or not for this caller: the two answer alike."""

    code = "not_found"
    message = "Not found."


class InvalidInput(Refusal):
    """A value that passed the form still breaks a rule of the domain; `field` says which."""

    code = "invalid_input"
    message = "{reason}"
