import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('features', '0003_add_coverage'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='feature', name='features_names'),
        migrations.RemoveIndex(model_name='feature', name='features_names_named'),
        migrations.RemoveIndex(model_name='feature', name='features_names_places'),
        migrations.RenameField(model_name='feature', old_name='names', new_name='words'),
        # Until the worker has made the features again, addresses count as names, as they did before.
        migrations.AddField(
            model_name='feature',
            name='names',
            field=django.contrib.postgres.search.SearchVectorField(default=''),
            preserve_default=False,
        ),
        migrations.RunSQL("UPDATE features SET names = words", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='feature',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['words'], name='features_words'),
        ),
        migrations.AddIndex(
            model_name='feature',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('importance__gt', 5)), fastupdate=False, fields=['words'], name='features_words_named'),
        ),
        migrations.AddIndex(
            model_name='feature',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('importance__gt', 5)), fastupdate=False, fields=['names'], name='features_names_named'),
        ),
        migrations.AddIndex(
            model_name='feature',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('key', 'place'), models.Q(('admin_level__isnull', False), ('shape', 3)), _connector='OR'), fastupdate=False, fields=['names'], name='features_names_places'),
        ),
        migrations.RunSQL(
            "INSERT INTO journal (nodes, ways, relations, is_everything) "
            "SELECT '{}', '{}', '{}', true WHERE EXISTS (SELECT FROM features)",
            migrations.RunSQL.noop,
        ),
    ]
