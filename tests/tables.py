"""How the tables become empty again after tests that commit."""

from django.db import connection, transaction
from django.test import TransactionTestCase

_STAY = {"django_migrations", "django_content_type", "auth_permission"}
"""What belongs to the schema: Django's own `flush` deletes and recreates these rows each time."""


def empty_tables(_test: TransactionTestCase) -> None:
    """Delete the rows of all tables: few, as a rule, where truncating costs the same for every table and index."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in _STAY]
    # Foreign keys are checked at the end of the transaction, so any order will do.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in tables))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")
