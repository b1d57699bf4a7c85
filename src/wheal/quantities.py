"""Amounts: a Decimal with a UCUM unit. Floats are refused, and unlike things cannot be added.

"%" is weight in volume, as labels of injections mean it: 1 % = 1 g/dL = 10 mg/mL. "mo" is a calendar
month and cannot be turned into days; "{points}" and "{sessions}" are counts of different things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, TypedDict

_WIDE: Final = Context(prec=50)
Dimension = tuple[tuple[str, int], ...]


class UnitMismatch(TypeError):
    """Two amounts of different kinds were added, compared or converted."""

    def __init__(self, one: Unit, other: Unit) -> None:
        super().__init__(f"{one} and {other} measure different things")
        self.units = (one, other)


class UnknownUnit(ValueError):
    """A unit code that is not held."""


class AmountJson(TypedDict):
    value: int | float
    unit: str


def _atoms() -> dict[str, tuple[Decimal, Dimension]]:
    """Every unit held: its size in base units (gram, metre, second, calendar month) and its dimension."""
    sizes: dict[str, dict[str, str]] = {
        "g": {"kg": "1e3", "g": "1", "mg": "1e-3", "ug": "1e-6", "ng": "1e-9"},
        "m": {"m": "1", "cm": "1e-2", "mm": "1e-3"},
        "s": {"s": "1", "min": "60", "h": "3600", "d": "86400", "wk": "604800"},
        "mo": {"mo": "1", "a": "12"},
        "USP": {"[USP'U]": "1"},
        "IU": {"[iU]": "1", "[IU]": "1"},
        "osm": {"osm": "1", "mosm": "1e-3"},
        "points": {"{points}": "1"},
        "sessions": {"{sessions}": "1"},
    }
    held: dict[str, tuple[Decimal, Dimension]] = {
        atom: (Decimal(size), ((base, 1),)) for base, column in sizes.items() for atom, size in column.items()
    }
    for atom, size in {"L": "1e-3", "dL": "1e-4", "mL": "1e-6", "uL": "1e-9"}.items():
        held[atom] = (Decimal(size), (("m", 3),))
    return held


_ATOMS: Final = _atoms()
_FACTOR: Final = re.compile(r"(?P<atom>\[[^\]]+\]|\{[a-z]+\}|%|1|[A-Za-z]+)(?P<power>-?[1-9])?$")
_AMOUNT: Final = re.compile(r"\s*(?P<value>[+-]?\d+(?:\.\d+)?)\s+(?P<unit>\S+)\s*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of held units, in canonical order."""

    factors: tuple[tuple[str, int], ...]
    dimension: Dimension
    size: Decimal
    code: str

    @staticmethod
    def parse(code: str) -> Unit:
        """Read a UCUM code such as "mg/cm2". Raises UnknownUnit."""
        return _parse_unit(code)

    def __str__(self) -> str:
        return self.code


def _code(factors: tuple[tuple[str, int], ...]) -> str:
    above = ".".join(atom + (str(power) if power > 1 else "") for atom, power in factors if power > 0)
    below = "".join(f"/{atom}{-power if power < -1 else ''}" for atom, power in factors if power < 0)
    return (above + below) or "1"


@lru_cache(maxsize=4096)
def _parse_unit(code: str) -> Unit:
    powers: dict[str, int] = {}
    sign = 1
    for text in re.split(r"([./])", code.removeprefix("/")) if code.removeprefix("/") else [""]:
        if text in (".", "/"):
            sign = 1 if text == "." else -1
            continue
        found = _FACTOR.match(text)
        if found is None:
            raise UnknownUnit(f"the unit {code!r} is not held")
        if code.startswith("/") and not powers:
            sign = -1
        for atom, power in _spelt_out(found["atom"], code):
            powers[atom] = powers.get(atom, 0) + sign * power * int(found["power"] or 1)
    return _unit(tuple(powers.items()))


def _spelt_out(atom: str, code: str) -> tuple[tuple[str, int], ...]:
    if atom == "1":
        return ()
    if atom == "%" and code != "%":
        return (("g", 1), ("dL", -1))
    if atom != "%" and atom not in _ATOMS:
        raise UnknownUnit(f"the unit {code!r} is not held")
    return ((atom, 1),)


@lru_cache(maxsize=4096)
def _unit(factors: tuple[tuple[str, int], ...]) -> Unit:
    dimension: dict[str, int] = {}
    size = Decimal(1)
    for atom, power in factors:
        atom_size, bases = (Decimal("1e4"), (("g", 1), ("m", -3))) if atom == "%" else _ATOMS[atom]
        size = _WIDE.multiply(size, _WIDE.power(atom_size, power))
        for base, exponent in bases:
            dimension[base] = dimension.get(base, 0) + exponent * power
    kept = tuple(sorted((pair for pair in factors if pair[1]), key=lambda pair: (pair[1] < 0, pair[0])))
    bases_kept = tuple(sorted((base, exponent) for base, exponent in dimension.items() if exponent))
    return Unit(kept, bases_kept, size, _code(kept))


@lru_cache(maxsize=4096)
def _product(one: Unit, other: Unit, sign: int) -> tuple[Unit, Decimal]:
    """The unit of a product (or quotient, sign -1) and what to multiply the value by: mg/mL x uL is mg."""
    powers: dict[str, int] = {}
    scale = Decimal(1)
    for atom, power in [*_plain(one), *((atom, sign * power) for atom, power in _plain(other))]:
        same = next((held for held in powers if _ATOMS[held][1] == _ATOMS[atom][1]), atom)
        if same != atom:
            scale = _WIDE.multiply(scale, _WIDE.power(_WIDE.divide(_ATOMS[atom][0], _ATOMS[same][0]), power))
        powers[same] = powers.get(same, 0) + power
    return _unit(tuple(powers.items())), scale


def _plain(unit: Unit) -> tuple[tuple[str, int], ...]:
    return (("g", 1), ("dL", -1)) if unit.factors == (("%", 1),) else unit.factors


def _decimal(value: Decimal | int | str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        raise TypeError(f"an amount is a Decimal, an int or text, not {type(value).__name__}")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """An amount. Equal when it is the same amount: 1 g equals 1000 mg."""

    value: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if type(self.value) is not Decimal:
            raise TypeError("a Quantity holds a Decimal; Quantity.of takes other numbers")

    @staticmethod
    def of(value: Decimal | int | str, unit: str) -> Quantity:
        """Raises TypeError for floats, ValueError for what is no finite number, UnknownUnit."""
        exact = value if type(value) is Decimal and value.is_finite() else _decimal(value)
        return Quantity(exact, _parse_unit(unit))

    @staticmethod
    def parse(text: str) -> Quantity:
        """Read "200 mg". Raises ValueError (UnknownUnit among them)."""
        found = _AMOUNT.match(text)
        if found is None:
            raise ValueError(f"{text!r} is not a number followed by a unit")
        return Quantity(Decimal(found["value"]), _parse_unit(found["unit"]))

    def value_in(self, unit: str) -> Decimal:
        """The number in another unit of the same kind. Raises UnitMismatch."""
        return self._in(_parse_unit(unit))

    def to(self, unit: str) -> Quantity:
        return Quantity(self.value_in(unit), _parse_unit(unit))

    def _in(self, unit: Unit) -> Decimal:
        if unit is self.unit or unit == self.unit:
            return self.value
        if unit.dimension != self.unit.dimension:
            raise UnitMismatch(self.unit, unit)
        return _WIDE.divide(_WIDE.multiply(self.value, self.unit.size), unit.size)

    def __add__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        return Quantity(_WIDE.add(self.value, other._in(self.unit)), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        return Quantity(_WIDE.subtract(self.value, other._in(self.unit)), self.unit)

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.unit)

    def __mul__(self, other: Quantity | Decimal | int) -> Quantity:
        if isinstance(other, Quantity):
            unit, scale = _product(self.unit, other.unit, 1)
            return Quantity(_WIDE.multiply(_WIDE.multiply(self.value, other.value), scale), unit)
        return Quantity(_WIDE.multiply(self.value, _decimal(other)), self.unit)

    __rmul__ = __mul__

    def __truediv__(self, other: Quantity | Decimal | int) -> Quantity:
        if isinstance(other, Quantity):
            unit, scale = _product(self.unit, other.unit, -1)
            return Quantity(_WIDE.multiply(_WIDE.divide(self.value, other.value), scale), unit)
        return Quantity(_WIDE.divide(self.value, _decimal(other)), self.unit)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.unit.dimension == other.unit.dimension and self._base() == other._base()

    def __hash__(self) -> int:
        return hash((self.unit.dimension, self._base()))

    def _base(self) -> Decimal:
        return _WIDE.multiply(self.value, self.unit.size)

    def _compared(self, other: Quantity) -> int:
        if not isinstance(other, Quantity):
            raise TypeError(f"an amount cannot be compared with {type(other).__name__}")
        if self.unit.dimension != other.unit.dimension:
            raise UnitMismatch(self.unit, other.unit)
        if self.unit is other.unit:
            return int(self.value.compare(other.value))
        return int(self._base().compare(other._base()))

    def __lt__(self, other: Quantity) -> bool:
        return self._compared(other) < 0

    def __le__(self, other: Quantity) -> bool:
        return self._compared(other) <= 0

    def __gt__(self, other: Quantity) -> bool:
        return self._compared(other) > 0

    def __ge__(self, other: Quantity) -> bool:
        return self._compared(other) >= 0

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit.code}"

    def as_json(self) -> AmountJson:
        return {"value": number(self.value), "unit": self.unit.code}


def plain(value: Decimal) -> str:
    """Digits without exponent and without zeros at the end: 80, 0.2."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: Decimal) -> int | float:
    """As JSON writes it. This is the one way out of Decimal, for printing; nothing is judged on it."""
    return int(value) if value == value.to_integral_value() else float(value)
