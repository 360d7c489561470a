from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("terms", "0010_stays_have_their_days")]

    operations = [
        migrations.AddField(model_name="accessterm", name="opens_on", field=models.DateField(blank=True, null=True)),
        migrations.AddField(model_name="term", name="opens_on", field=models.DateField(blank=True, null=True)),
    ]
