"""When what is told of a row last changed. Nobody knows it of rows of before: all of them are told anew once."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("stock", "0010_each_key_by_itself")]
    operations = [
        migrations.AddField(
            model_name="lot",
            name="changed_at",
            field=models.DateTimeField(auto_now=True, default=timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="product",
            name="changed_at",
            field=models.DateTimeField(auto_now=True, default=timezone.now),
            preserve_default=False,
        ),
    ]
