"""Pieces of paths: e-mail addresses, in which a slash may stand."""

from django.urls import register_converter


class EmailConverter:
    """`<email:email>`: whatever stands in an e-mail's place; the look-up says whether it is anybody's."""

    regex = "[^/].*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(EmailConverter, "email")
