"""How the tables become empty again after tests that commit."""

from django.db import connection
from django.test import TransactionTestCase

_STAY = {"django_migrations", "django_content_type", "auth_permission"}
"""Tables that belong to the schema. Recreating their rows takes half of the time of Django's own `flush`."""


def empty_tables(_test: TransactionTestCase) -> None:
    """Truncate all other tables, including empty ones.

    Deleting rows would be quicker. But it leaves pages without rows, and once autovacuum has counted those, PostgreSQL
    expects no rows in that table for the rest of the suite: an import then takes a hundred times as long.
    """
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in _STAY]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
