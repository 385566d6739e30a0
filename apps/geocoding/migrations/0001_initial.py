import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('features', '0002_index_names_and_places'),
    ]

    operations = [
        migrations.CreateModel(
            name='Word',
            fields=[
                ('word', models.TextField(primary_key=True, serialize=False)),
                ('count', models.IntegerField()),
                ('neighbours', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
            ],
            options={
                'db_table': 'geocoding_words',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['neighbours'], name='geocoding_words_neighbours')],
            },
        ),
    ]
