import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("elements", "0003_idempotency_records"),
    ]

    operations = [
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'journal_readers',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(null=True, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('changeset_id', models.BigIntegerField(null=True)),
                ('nodes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('ways', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('relations', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('is_everything', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'journal',
                'indexes': [models.Index(condition=models.Q(('number', None)), fields=['id'], name='journal_without_number')],
            },
        ),
        # Of what an instance has from before, all has to be derived.
        migrations.RunSQL(
            """
            INSERT INTO journal (nodes, ways, relations, is_everything)
            SELECT '{}', '{}', '{}', true WHERE EXISTS (SELECT FROM nodes)
            """,
            migrations.RunSQL.noop,
        ),
    ]
