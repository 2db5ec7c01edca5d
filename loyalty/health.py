"""Is the programme well: the database, its migrations and Redis, as bare yes or no."""

from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse


@dataclass(frozen=True)
class Check:
    """One thing looked at. The programme serves without what is not `essential`."""

    name: str
    is_well: bool
    essential: bool = True


def run_checks() -> list[Check]:
    """Look at everything that the programme needs and give what was found, without details."""
    checks = [
        Check("Database", _try(_ask_database)),
        Check("Migrations", _try(_is_migrated)),
    ]
    if settings.REDIS_URL:
        checks.append(Check("Redis", _try(_ask_redis), essential=False))
    return checks


def livez(request: HttpRequest) -> HttpResponse:
    """Answer that the process serves; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when requests can be served, 503 when not; a missing Redis only degrades."""
    checks = run_checks()
    ready = all(check.is_well for check in checks if check.essential)
    body = {check.name.lower(): "ok" if check.is_well else "problem" for check in checks}
    return JsonResponse(body, status=200 if ready else 503)


def _try(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except (DatabaseError, redis.RedisError, OSError):
        return False


def _ask_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


class _Migrations:
    """Reading every migration from disk is slow, and what was applied stays so for this process's code."""

    are_applied = False


def _is_migrated() -> bool:
    if not _Migrations.are_applied:
        executor = MigrationExecutor(connection)
        _Migrations.are_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _Migrations.are_applied


def _ask_redis() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    return bool(client.ping())
