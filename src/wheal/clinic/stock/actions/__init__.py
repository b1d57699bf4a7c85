"""All that changes stock. Keyword-only, one transaction each, the audit row inside."""

from wheal.clinic.stock.actions.amending import inject_otherwise, standing, use_other_lot
from wheal.clinic.stock.actions.containers import (
    Drawn,
    draw,
    empty_container,
    give,
    is_past_use,
    leave,
    open_container,
    put_back,
)
from wheal.clinic.stock.actions.lots import free, put, quarantine, recall, receive
from wheal.clinic.stock.actions.moving import hold
from wheal.clinic.stock.actions.products import NewProduct, add_product
from wheal.clinic.stock.refusals import StockRefused

__all__ = [
    "Drawn",
    "NewProduct",
    "StockRefused",
    "add_product",
    "draw",
    "empty_container",
    "free",
    "give",
    "hold",
    "inject_otherwise",
    "is_past_use",
    "leave",
    "open_container",
    "put",
    "put_back",
    "quarantine",
    "recall",
    "receive",
    "standing",
    "use_other_lot",
]
