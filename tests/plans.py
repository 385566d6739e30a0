"""How many rows the database reads for a request, which says how a query grows with its tables; times would not."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection


def rows_read(request: Callable[[], object]) -> int:
    """Return how many rows all SELECT statements of a request read from tables and indexes."""
    explained = _Explained()
    with connection.execute_wrapper(explained):
        request()
    return sum(_rows(node) for plan in explained.plans for node in _nodes(plan))


class _Explained:
    """Explains each statement before it runs, with the settings that the session has at that moment."""

    def __init__(self) -> None:
        self.plans: list[dict[str, Any]] = []
        self.is_busy = False

    def __call__(
        self, execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if not self.is_busy and sql.lstrip("( ").startswith(("SELECT", "WITH")):
            self.is_busy = True
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
                self.plans.append(cursor.fetchone()[0][0]["Plan"])
            self.is_busy = False
        return execute(sql, parameters, many, context)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)


def _rows(node: dict[str, Any]) -> int:
    """Return the rows that a scan read, those that its conditions refused included."""
    if "Scan" not in node["Node Type"] or node["Node Type"] in {"Subquery Scan", "CTE Scan", "Function Scan"}:
        return 0
    refused = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return int((node["Actual Rows"] + sum(node.get(name, 0) for name in refused)) * node["Actual Loops"])
