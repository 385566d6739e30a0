"""How the tables become empty again after tests that commit."""

from django.db import OperationalError, connection
from django.test import TransactionTestCase
from psycopg.errors import DeadlockDetected

_STAY = {"django_migrations", "django_content_type", "auth_permission"}
"""Tables that belong to the schema; Django's own `flush` recreates their rows each time."""
_ATTEMPTS = 5


def empty_tables(_test: TransactionTestCase) -> None:
    """Truncate all other tables, including empty ones.

    Deleting rows would be quicker, but it leaves pages without rows. Once autovacuum has counted those, PostgreSQL expects
    next to no rows in the table and may plan a later import badly.
    """
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in _STAY]
    for attempt in range(_ATTEMPTS):
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {', '.join(tables)}")
            return
        except OperationalError as error:
            # A request of a page that is closed already may start at this very moment, and read tables in another order.
            if attempt + 1 == _ATTEMPTS or not isinstance(error.__cause__, DeadlockDetected):
                raise
