"""Made-up readings: the same seed and the same times give the same values. For tests and demonstrations."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

from precisionpulse_desktop.sources import MetricSpec, Reading
from precisionpulse_sdk.values import Quality, Value, ValueType

SEED = 1
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
_INT64_EXTREMES = (INT64_MIN, -1, 0, 1, INT64_MAX)
_DOUBLE_EXTREMES = (math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, -0.0)
_DECIMAL_EXTREMES = (Decimal("0.000000"), Decimal("-0.000001"), Decimal(10) ** 24 + Decimal("0.000001"))
_SPECS = (
    MetricSpec("demo.temperature", ValueType.DOUBLE, "Cel", description="A slow wave with noise"),
    MetricSpec("demo.price", ValueType.DECIMAL, "[EUR]", 2, "A random walk in steps of a cent"),
    MetricSpec("demo.count", ValueType.INT64, "1", description="A counter that never stands still"),
    MetricSpec("demo.door_open", ValueType.BOOL, description="Changes at random"),
    MetricSpec("demo.int64_extremes", ValueType.INT64, description="The ends of the range, and around zero"),
    MetricSpec("demo.double_extremes", ValueType.DOUBLE, description="Infinities, NaN, the smallest and the largest"),
    MetricSpec("demo.decimal_extremes", ValueType.DECIMAL, "", 6, "Zero, a millionth, and more than 64 bits hold"),
    MetricSpec("demo.sometimes", ValueType.DOUBLE, description="Null and bad now and then"),
)


class GeneratorSource:
    """Every type, every extreme, explicit nulls and bad qualities. One step of each metric for each `read` that asks
    for it."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = {spec.name: random.Random(f"{seed}/{spec.name}") for spec in _SPECS}
        self._steps = dict.fromkeys(self._random, 0)
        self._price_cents = 10_000
        self._count = 0
        self._open = False
        self._makers: dict[str, Callable[[random.Random, int, int], Value]] = {
            "demo.temperature": _temperature,
            "demo.price": self._price,
            "demo.count": self._counter,
            "demo.door_open": self._door,
            "demo.int64_extremes": lambda _, step, __: _INT64_EXTREMES[step % len(_INT64_EXTREMES)],
            "demo.double_extremes": lambda _, step, __: _DOUBLE_EXTREMES[step % len(_DOUBLE_EXTREMES)],
            "demo.decimal_extremes": lambda _, step, __: _DECIMAL_EXTREMES[step % len(_DECIMAL_EXTREMES)],
        }

    def metrics(self) -> Sequence[MetricSpec]:
        return _SPECS

    def read(self, names: Collection[str], at_us: int) -> Sequence[Reading]:
        return [self._next(spec.name, at_us) for spec in _SPECS if spec.name in names]

    def _next(self, name: str, at_us: int) -> Reading:
        step = self._steps[name]
        self._steps[name] += 1
        if name == "demo.sometimes":
            return _sometimes(self._random[name])
        return Reading(name, self._makers[name](self._random[name], step, at_us))

    def _price(self, chance: random.Random, step: int, at_us: int) -> Decimal:
        self._price_cents = max(1, self._price_cents + chance.randint(-25, 25))
        return Decimal(self._price_cents).scaleb(-2)

    def _counter(self, chance: random.Random, step: int, at_us: int) -> int:
        self._count += chance.randint(1, 9)
        return self._count

    def _door(self, chance: random.Random, step: int, at_us: int) -> bool:
        self._open ^= chance.random() < 0.2
        return self._open


def _temperature(chance: random.Random, step: int, at_us: int) -> float:
    return 20.0 + 3.0 * math.sin(at_us / 30e6) + chance.gauss(0.0, 0.1)


def _sometimes(chance: random.Random) -> Reading:
    draw = chance.random()
    if draw < 0.2:
        return Reading("demo.sometimes", None)
    return Reading("demo.sometimes", draw, Quality.BAD if draw < 0.4 else Quality.LIVE)
