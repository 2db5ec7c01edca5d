"""What the campaigns floor says happened. Names of changed fields, never the values of persons."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.events import Event


@dataclass(frozen=True)
class EarningRuleCreated(Event):
    type: ClassVar[str] = "earning_rule.created"
    sentence: ClassVar[str] = "Earning rule “{name}” was created"
    audited: ClassVar[bool] = True

    name: str
    kind: str


@dataclass(frozen=True)
class EarningRuleChanged(Event):
    type: ClassVar[str] = "earning_rule.changed"
    sentence: ClassVar[str] = "Earning rule “{name}” was changed"
    audited: ClassVar[bool] = True

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class EarningRuleActivated(Event):
    type: ClassVar[str] = "earning_rule.activated"
    sentence: ClassVar[str] = "Earning rule “{name}” was switched on"
    audited: ClassVar[bool] = True

    name: str


@dataclass(frozen=True)
class EarningRuleDeactivated(Event):
    type: ClassVar[str] = "earning_rule.deactivated"
    sentence: ClassVar[str] = "Earning rule “{name}” was switched off"
    audited: ClassVar[bool] = True

    name: str
