import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('features', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='feature',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('importance__gt', 5)), fastupdate=False, fields=['names'], name='features_names_named'),
        ),
        migrations.AddIndex(
            model_name='feature',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('key', 'place'), models.Q(('admin_level__isnull', False), ('shape', 3)), _connector='OR'), fastupdate=False, fields=['names'], name='features_names_places'),
        ),
        migrations.AddIndex(
            model_name='feature',
            index=django.contrib.postgres.indexes.GistIndex(condition=models.Q(('key', 'place'), models.Q(('admin_level__isnull', False), ('shape', 3)), _connector='OR'), fields=['box'], name='features_box_places'),
        ),
        migrations.AddIndex(
            model_name='feature',
            index=models.Index(condition=models.Q(('key__in', ('amenity', 'shop', 'tourism', 'leisure', 'historic', 'office', 'craft', 'healthcare', 'emergency', 'public_transport', 'railway', 'aerialway', 'aeroway', 'man_made', 'natural', 'club', 'attraction'))), fields=['key', 'value'], name='features_kinds'),
        ),
    ]
