"""Database fields for points and money: Decimal in Python, BIGINT hundredths in the database."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.expressions import Col, CombinedExpression, F
from django.forms import DecimalField as DecimalFormField

from loyalty.amounts import HUNDREDTH, BadAmount, from_hundredths, parse_amount, to_hundredths

if TYPE_CHECKING:
    _Base = models.Field[Decimal | int | str, Decimal]
else:
    _Base = models.Field


class HundredthsField(_Base):
    """An amount with two decimals, stored as a whole number of hundredths.

    Arithmetic belongs in Python on locked rows: writing an expression with `F()` is refused, so no statement adds
    points outside the ledger's sight. Aggregates (`Sum`) come back as Decimal.
    """

    empty_strings_allowed = False
    description = "An amount with two decimals"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Decimal("0.00"))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("default") == Decimal("0.00"):
            del kwargs["default"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(
        self, value: int | Decimal | None, expression: object, connection: object
    ) -> Decimal | None:
        # Sum() over a BIGINT is numeric on PostgreSQL, so hundredths may arrive as Decimal.
        return None if value is None else from_hundredths(int(value))

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return parse_amount(str(value))
        except BadAmount as error:
            raise ValidationError("Enter an amount with at most two decimals.", code="invalid") from error

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None:
            return None
        if isinstance(value, bool | float):
            raise TypeError(f"{self.name}: an amount must be a Decimal, got {value!r}.")
        return to_hundredths(value if isinstance(value, Decimal) else Decimal(value))

    def get_placeholder(self, value: Any, compiler: object, connection: object) -> str:
        # Called for every value that an INSERT or UPDATE writes, expressions included: the one place to refuse them.
        if isinstance(value, CombinedExpression | Col | F):
            raise FieldError(
                f"{self.name}: compute amounts in Python on a locked row, not with an expression."
            )
        return "%s"

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super().formfield(
            **{
                "form_class": DecimalFormField,
                "max_digits": 12,
                "decimal_places": 2,
                "step_size": HUNDREDTH,
                **kwargs,
            }
        )


class PointsField(HundredthsField):
    """Points, in hundredths."""


class MoneyField(HundredthsField):
    """Money in the store's currency, in hundredths."""
