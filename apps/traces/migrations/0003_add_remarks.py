from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traces", "0002_trace_chunks")]

    operations = [migrations.AddField("Trace", "remarks", models.TextField(blank=True, default=""))]
