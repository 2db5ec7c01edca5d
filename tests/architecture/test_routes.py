"""The routes: what `routes.tsv` promises is served, to those it names; nothing is served that it does not name."""

from django.urls import resolve

from loyalty.access import RESOURCES
from tests.architecture.served import (
    METHODS,
    PREFIXES,
    dialect_views,
    other_api_paths,
    plain,
    served_routes,
    written_routes,
)


def test_every_route_that_is_written_down_is_served_to_whom_it_says() -> None:
    served = set(served_routes())
    assert [route for route in written_routes() if route not in served] == []


def test_every_route_that_is_served_is_written_down() -> None:
    written = set(written_routes())
    assert [route for route in served_routes() if route not in written] == []


def test_no_route_hides_another() -> None:
    hidden = [
        f"{route.path} is answered by {found.route}"
        for route in written_routes()
        if plain("/" + (found := resolve(route.address())).route) != route.path
    ]
    assert hidden == []


def test_every_method_of_every_route_says_whom_it_serves() -> None:
    open_doors = [
        f"{method} {path}"
        for path, view in dialect_views()
        for method in METHODS
        if hasattr(view, method.lower()) and view.grants.get(method, view.grant) is None
    ]
    assert open_doors == []


def test_every_grant_names_a_known_resource() -> None:
    for path, view in dialect_views():
        for grant in (*view.grants.values(), *([view.grant] if view.grant else [])):
            assert grant.resource is None or grant.resource in RESOURCES, path


def test_nothing_else_lies_there_but_the_description_and_the_answer_to_unknown_paths() -> None:
    assert set(other_api_paths()) <= {*PREFIXES, "/api/docs/", "/api/schema/"}
