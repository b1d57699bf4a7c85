"""All that changes stock. Keyword-only, one transaction each, the audit row inside."""

from wheal.clinic.stock.actions.amending import inject_otherwise, standing, use_other_lot
from wheal.clinic.stock.actions.containers import (
    Drawn,
    draw,
    empty_container,
    give,
    is_past_use,
    last_use,
    leave,
    open_container,
    put_back,
)
from wheal.clinic.stock.actions.counting import (
    Found,
    add_to_count,
    begin_count,
    close_count,
    discard_count,
    save_count,
)
from wheal.clinic.stock.actions.deliveries import (
    NewLine,
    begin_delivery,
    change_line,
    correct_delivery,
    discard_delivery,
    keep_supplier,
    receive_delivery,
    remove_line,
    replace_line,
    scan_line,
)
from wheal.clinic.stock.actions.lots import blocked_already, free, put, quarantine, recall, receive
from wheal.clinic.stock.actions.moving import hold
from wheal.clinic.stock.actions.places import (
    keep_place,
    read_temperature,
    retire_place,
    settle_excursion,
    take_back_reading,
)
from wheal.clinic.stock.actions.products import NewProduct, add_product, correct_product, keep_label
from wheal.clinic.stock.actions.shelf import give_back, may_be_taken_back, take_back, waste
from wheal.clinic.stock.actions.transfers import Arrived, arrive, call_back, send
from wheal.clinic.stock.refusals import StockRefused

__all__ = [
    "Arrived",
    "Drawn",
    "Found",
    "NewLine",
    "NewProduct",
    "StockRefused",
    "add_product",
    "add_to_count",
    "arrive",
    "begin_count",
    "begin_delivery",
    "blocked_already",
    "call_back",
    "change_line",
    "close_count",
    "correct_delivery",
    "correct_product",
    "discard_count",
    "discard_delivery",
    "draw",
    "empty_container",
    "free",
    "give",
    "give_back",
    "hold",
    "inject_otherwise",
    "is_past_use",
    "keep_label",
    "keep_place",
    "keep_supplier",
    "last_use",
    "leave",
    "may_be_taken_back",
    "open_container",
    "put",
    "put_back",
    "quarantine",
    "read_temperature",
    "recall",
    "receive",
    "receive_delivery",
    "remove_line",
    "replace_line",
    "retire_place",
    "save_count",
    "scan_line",
    "send",
    "settle_excursion",
    "standing",
    "take_back",
    "take_back_reading",
    "use_other_lot",
    "waste",
]
