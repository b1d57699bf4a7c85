from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0007_vehicle")]
    operations = [
        migrations.AddField(
            model_name="excursion",
            name="already",
            field=models.ManyToManyField(related_name="+", to="stock.lot"),
        ),
    ]
