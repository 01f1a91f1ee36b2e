"""A Sparkplug B payload codec (pysparkplug): the same readings as ours, encoded and decoded, with aliases for names.

No sealing, no compression, no record numbers; times are in milliseconds.
Order: `readings`: lists of [metric, µs, value], one a payload; `seconds`.
Answer: `encoded_per_s`, `decoded_per_s` samples, `bytes_per_sample`."""

import time
from collections.abc import Callable, Sequence

import order
from pysparkplug import DataType, Metric, NBirth, NData

TYPES = {1: DataType.DOUBLE, 2: DataType.DOUBLE, 3: DataType.INT64, 4: DataType.BOOLEAN}


def payload(readings: Sequence[Sequence[float]]) -> NData:
    """One NDATA; a decimal has to become a double."""
    metrics = tuple(
        Metric(
            timestamp=int(at) // 1000,
            name=None,
            alias=int(metric),
            datatype=TYPES[int(metric)],
            value=_value(metric, value),
        )
        for metric, at, value in readings
    )
    return NData(timestamp=int(readings[0][1]) // 1000, seq=1, metrics=metrics)


def _value(metric: float, value: float) -> float | int | bool:
    if metric == 2:
        return value / 1000
    return bool(value) if metric == 4 else int(value) if metric == 3 else value


def per_second(work: Callable[[int], object], seconds: float) -> float:
    """How often `work` can be done in a second."""
    done, start_s = 0, time.perf_counter()
    while (spent_s := time.perf_counter() - start_s) < seconds:
        work(done)
        done += 1
    return done / spent_s


def main() -> None:
    wanted = order.take()
    readings = wanted["readings"]
    samples = len(readings[0])
    birth = NBirth(
        timestamp=1,
        seq=0,
        metrics=tuple(
            Metric(timestamp=1, name=f"metric-{number}", alias=number, datatype=kind, value=_zero(kind))
            for number, kind in TYPES.items()
        ),
    )
    encoded = [payload(one).encode() for one in readings]
    order.answer(
        encoded_per_s=samples
        * per_second(lambda at: payload(readings[at % len(readings)]).encode(), wanted["seconds"]),
        decoded_per_s=samples
        * per_second(lambda at: NData.decode(encoded[at % len(encoded)], birth=birth), wanted["seconds"]),
        bytes_per_sample=sum(map(len, encoded)) / len(encoded) / samples,
    )


def _zero(kind: DataType) -> float | int | bool:
    return False if kind is DataType.BOOLEAN else 0.0 if kind is DataType.DOUBLE else 0


if __name__ == "__main__":
    main()
