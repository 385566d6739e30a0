import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traces", "0001_initial")]

    operations = [
        migrations.RenameModel("TraceStretch", "TraceChunk"),
        migrations.RenameIndex("TraceChunk", new_name="traces_chunk_box", old_name="traces_stretch_box"),
        migrations.AlterField(
            "TraceChunk",
            "trace",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="chunks",
                to="traces.trace",
            ),
        ),
    ]
