import apps.elements.models
import apps.features.models
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Feature',
            fields=[
                ('pk', models.CompositePrimaryKey('type', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('type', models.SmallIntegerField()),
                ('id', models.BigIntegerField()),
                ('version', models.BigIntegerField()),
                ('shape', models.SmallIntegerField(choices=[(1, 'Point'), (2, 'Line'), (3, 'Area')])),
                ('min_zoom', models.SmallIntegerField()),
                ('importance', models.SmallIntegerField()),
                ('admin_level', models.SmallIntegerField(null=True)),
                ('size', models.FloatField()),
                ('key', models.TextField()),
                ('value', models.TextField()),
                ('tags', apps.elements.models.TagsField()),
                ('names', django.contrib.postgres.search.SearchVectorField()),
                ('label', apps.features.models.CoreField('point')),
                ('box', apps.features.models.CoreField('box')),
                ('geometry', models.BinaryField()),
            ],
            options={
                'db_table': 'features',
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['box'], name='features_box'), django.contrib.postgres.indexes.GistIndex(condition=models.Q(('min_zoom__lte', 8)), fields=['box'], name='features_box_low'), django.contrib.postgres.indexes.GistIndex(condition=models.Q(('min_zoom__lte', 11)), fields=['box'], name='features_box_middle'), django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['names'], name='features_names')],
            },
        ),
        # Geometries are read as a whole, and compress to no less than nine tenths.
        migrations.RunSQL(
            "ALTER TABLE features ALTER geometry SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
    ]
