import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('features', '0002_index_names_and_places'),
        ('journal', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Coverage',
            fields=[
                ('pk', models.CompositePrimaryKey('x', 'y', blank=True, editable=False, primary_key=True, serialize=False)),
                ('x', models.IntegerField()),
                ('y', models.IntegerField()),
                ('features', models.IntegerField()),
            ],
            options={
                'db_table': 'features_coverage',
            },
        ),
        migrations.AddIndex(
            model_name='feature',
            index=django.contrib.postgres.indexes.GistIndex(condition=models.Q(('min_zoom', 0)), fields=['box'], name='features_box_lowest'),
        ),
        # The coverage of existing features is made by a rebuild, which the worker does once it is told of an import.
        migrations.RunSQL(
            "INSERT INTO journal (nodes, ways, relations, is_everything) "
            "SELECT '{}', '{}', '{}', true WHERE EXISTS (SELECT FROM features)",
            migrations.RunSQL.noop,
        ),
    ]
