"""What the descriptions of all dialects share."""

import pytest
from rest_framework import serializers

from loyalty.api.schema import ViewSchema


class Form(serializers.Serializer):
    """A form of some dialect."""


class Schema(ViewSchema):
    form_class = Form

    def prefix_of(self, kind):
        return "Dialect"


class Told:
    """What it does."""


class Untold(Told):
    pass


def schema_of(view_class, path="/walletapp/members/{member}/"):
    schema = Schema()
    schema.method, schema.path, schema.view = "GET", path, view_class()
    return schema


def test_an_operation_is_named_after_its_method_and_path():
    assert schema_of(Told).get_operation_id() == "get_walletapp_members_member"


@pytest.mark.parametrize(("view", "words"), [(Told, "What it does."), (Untold, "")])
def test_a_description_is_the_views_own_docstring(view, words):
    assert schema_of(view).get_description() == words


def test_only_the_dialects_forms_get_its_name():
    class Plain(serializers.Serializer):
        """Nobody's form."""

    assert schema_of(Told).get_serializer_name(Form(), "request") == "DialectForm"
    assert schema_of(Told).get_serializer_name(Plain(), "request") == "Plain"
