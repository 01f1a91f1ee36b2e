from __future__ import annotations

import math
from decimal import Decimal

import pytest

from precisionpulse_desktop.errors import SourceNotFoundError
from precisionpulse_desktop.sources import Reading, load_source
from precisionpulse_desktop.sources.generator import INT64_MAX, INT64_MIN, GeneratorSource
from precisionpulse_desktop.sources.host import HostSource
from precisionpulse_sdk import Quality, ValueType
from precisionpulse_sdk.values import to_stored

SECOND_US = 1_000_000
NOON_US = 1_790_000_000_000_000


def _read_all(source: HostSource | GeneratorSource, at_us: int) -> dict[str, Reading]:
    names = {spec.name for spec in source.metrics()}
    return {reading.name: reading for reading in source.read(names, at_us)}


@pytest.mark.proves("D1")
def test_this_machine_offers_all_four_types() -> None:
    assert {spec.type for spec in HostSource().metrics()} == set(ValueType)


@pytest.mark.proves("D1")
@pytest.mark.parametrize("source", [HostSource(), GeneratorSource()], ids=["host", "generator"])
def test_every_value_can_be_recorded_as_its_metric_says(source: HostSource | GeneratorSource) -> None:
    specs = {spec.name: spec for spec in source.metrics()}
    for step in range(12):
        for name, reading in _read_all(source, NOON_US + step * SECOND_US).items():
            to_stored(name, specs[name].type, specs[name].scale, reading.value)


def test_only_what_was_asked_for_is_measured() -> None:
    assert [reading.name for reading in HostSource().read({"memory.used"}, NOON_US)] == ["memory.used"]


@pytest.mark.parametrize("name", ["network.rx_rate", "cpu.utilisation"])
def test_what_covers_a_time_needs_two_readings(name: str) -> None:
    source = HostSource()
    assert source.read({name}, NOON_US)[0].value is None
    assert isinstance(source.read({name}, NOON_US + SECOND_US)[0].value, float)


def test_the_same_seed_gives_the_same_readings() -> None:
    one, other, third = GeneratorSource(7), GeneratorSource(7), GeneratorSource(8)
    runs = [[repr(_read_all(each, NOON_US + step)) for step in range(50)] for each in (one, other, third)]
    assert runs[0] == runs[1] != runs[2]


def test_a_metric_is_the_same_whatever_else_is_read() -> None:
    alone, among_others = GeneratorSource(), GeneratorSource()
    for step in range(20):
        expected = _read_all(among_others, NOON_US + step)["demo.price"]
        assert alone.read({"demo.price"}, NOON_US + step) == [expected]


@pytest.mark.proves("PP-TD-1")
def test_the_generator_covers_the_extremes_nulls_and_bad_values() -> None:
    source = GeneratorSource()
    readings = [reading for step in range(60) for reading in _read_all(source, NOON_US + step).values()]
    values = [reading.value for reading in readings]
    doubles = [value for value in values if isinstance(value, float)]
    assert {INT64_MIN, INT64_MAX, 0} <= {value for value in values if type(value) is int}
    assert any(math.isnan(value) for value in doubles)
    assert {math.inf, -math.inf} <= set(doubles)
    assert any(isinstance(value, Decimal) and value.scaleb(6) > INT64_MAX for value in values)
    assert {True, False, None} <= set(values)
    assert {reading.quality for reading in readings} == {Quality.LIVE, Quality.BAD}


def test_an_unknown_source_is_refused_with_the_names_of_the_known() -> None:
    with pytest.raises(SourceNotFoundError, match=r"'modbus-x'.*generator, host"):
        load_source("modbus-x")
