"""What may be injected and where it lies: products, lots, containers, and every movement between them."""

from wheal.clinic.stock.models.counts import Count, CountLine
from wheal.clinic.stock.models.deliveries import Delivery, DeliveryLine, Supplier
from wheal.clinic.stock.models.movements import Movement
from wheal.clinic.stock.models.places import Excursion, Place, Reading
from wheal.clinic.stock.models.products import (
    ENDS_SOON,
    Container,
    Lot,
    Product,
    contents_of,
    state_of,
)
from wheal.clinic.stock.models.transfers import Transfer, TransferLine
from wheal.clinic.written_alike import numbered, spellings

__all__ = [
    "ENDS_SOON",
    "Container",
    "Count",
    "CountLine",
    "Delivery",
    "DeliveryLine",
    "Excursion",
    "Lot",
    "Movement",
    "Place",
    "Product",
    "Reading",
    "Supplier",
    "Transfer",
    "TransferLine",
    "contents_of",
    "numbered",
    "spellings",
    "state_of",
]
