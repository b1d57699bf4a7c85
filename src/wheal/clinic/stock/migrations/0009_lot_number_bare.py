from django.db import migrations, models

import wheal.clinic.stock.models.products


class Migration(migrations.Migration):
    dependencies = [("stock", "0008_excursion_of_blocked_lots")]
    operations = [
        migrations.RemoveIndex(model_name="lot", name="lot_number_without_case"),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(wheal.clinic.stock.models.products.Bare("number"), name="lot_number_bare"),
        ),
    ]
