from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.acquisition import Recorded
from precisionpulse_desktop.models import records, streams
from precisionpulse_desktop.models.delivery import DeliveryBook, RecordState
from precisionpulse_desktop.models.records import RecordsModel, StateFilter
from precisionpulse_desktop.models.streams import StreamsModel
from precisionpulse_desktop.models.wording import age_text, size_text, time_text, unit_text, value_text
from precisionpulse_desktop.sources import MetricSpec
from precisionpulse_sdk import Quality, Range, Value, ValueType
from precisionpulse_sdk.client import ClientStats

NOW_US = 1_790_000_000_000_000
SPECS = tuple(MetricSpec(name, ValueType.INT64, "By") for name in ("a", "b", "c"))
Stats = Callable[..., ClientStats]


def _reading(seq: int, name: str = "a", value: Value = 1, *, quality: Quality = Quality.LIVE) -> Recorded:
    return Recorded(seq, name, value, quality, NOW_US)


def _streams(delivery: DeliveryBook | None = None) -> StreamsModel:
    return StreamsModel(SPECS, dict.fromkeys("abc", 1000), delivery or DeliveryBook())


def _row(model: StreamsModel | RecordsModel, row: int) -> list[object]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


@pytest.mark.proves("DT10")
def test_a_record_is_queued_then_in_flight_then_acknowledged(stats: Stats) -> None:
    book = DeliveryBook()
    assert book.state(5) is RecordState.QUEUED
    book.update(stats(acknowledged_to=3, in_flight=2))
    assert [book.state(seq) for seq in (3, 4, 5, 6)] == [
        RecordState.ACKNOWLEDGED,
        RecordState.IN_FLIGHT,
        RecordState.IN_FLIGHT,
        RecordState.QUEUED,
    ]
    book.acknowledge([Range(6, 6)], NOW_US)
    assert book.state(6) is RecordState.ACKNOWLEDGED


@pytest.mark.proves("DT10", "PP-TD-5")
def test_a_rejected_record_keeps_its_reason(stats: Stats) -> None:
    book = DeliveryBook()
    book.reject([Range(4, 5)], "MALFORMED: no such metric", NOW_US)
    book.update(stats(acknowledged_to=9))
    assert book.state(4) is RecordState.REJECTED
    assert (book.reason(5), book.reason(6)) == ("MALFORMED: no such metric", "")


@pytest.mark.proves("DT9")
def test_the_streams_model_obeys_qt(qapp: QApplication) -> None:
    model = _streams()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.take([_reading(1, "b", 10**12)])
    model.flush(NOW_US + 2_000_000)
    assert _row(model, 0) == ["a", "—", "B", "—", "—", "—", "—"]
    assert _row(model, 1) == ["b", "1,000,000,000,000", "B", "live", "2 s", "1", "queued"]


@pytest.mark.proves("DT9", "DT8")
def test_many_readings_are_one_change(qtbot: QtBot) -> None:
    model = _streams()
    changes: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changes.append((first.row(), last.row())))
    for seq in range(1, 1001):
        model.take([_reading(seq, "bc"[seq % 2], seq)])
    assert changes == []
    model.flush(NOW_US)
    model.flush(NOW_US)
    assert changes == [(1, 2)]


def test_a_stream_that_stops_becomes_stale(qapp: QApplication) -> None:
    model = _streams()
    model.take([_reading(1), _reading(2, "b", None, quality=Quality.BAD)])
    model.flush(NOW_US + 6_000_000)
    assert [model.index(row, streams.Column.QUALITY).data() for row in (0, 1)] == ["stale", "bad"]


@pytest.mark.proves("DT9")
def test_the_records_model_obeys_qt_and_keeps_the_newest_first(qapp: QApplication) -> None:
    book = DeliveryBook()
    model = RecordsModel(book, capacity=10)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for first in range(1, 100, 7):
        model.take([_reading(seq, value=Decimal(seq)) for seq in range(first, first + 7)])
        book.acknowledge([Range(1, first)], NOW_US)
        model.flush()
    assert [model.index(row, records.Column.RECORD).data() for row in range(model.rowCount())] == [
        str(seq) for seq in range(105, 95, -1)
    ]
    model.take([_reading(seq) for seq in range(200, 300)])
    model.flush()
    assert model.rowCount() == 10
    assert model.index(0, 0).data() == "299"


@pytest.mark.proves("DT10")
def test_records_are_filtered_by_state_as_it_changes(qapp: QApplication) -> None:
    book = DeliveryBook()
    model, chosen = RecordsModel(book), StateFilter()
    chosen.setSourceModel(model)
    model.take([_reading(seq) for seq in range(1, 6)])
    model.flush()
    chosen.show_only(RecordState.ACKNOWLEDGED)
    assert chosen.rowCount() == 0
    book.acknowledge([Range(2, 3)], NOW_US)
    model.flush()
    assert [chosen.index(row, 0).data() for row in range(chosen.rowCount())] == ["3", "2"]
    assert chosen.index(0, records.Column.SETTLED).data() == time_text(NOW_US)
    chosen.show_only(None)
    assert chosen.rowCount() == 5


@pytest.mark.proves("DT10")
def test_a_record_that_settled_before_it_was_shown_has_its_time(qapp: QApplication) -> None:
    book = DeliveryBook()
    model = RecordsModel(book)
    book.acknowledge([Range(1, 1)], NOW_US + 1_500)
    model.take([_reading(1), _reading(2)])
    model.flush()
    settled = [model.index(row, records.Column.SETTLED).data() for row in range(2)]
    assert settled == ["—", time_text(NOW_US + 1_500)]


def test_a_table_has_no_rows_below_a_row(qapp: QApplication) -> None:
    for model in (_streams(), RecordsModel(DeliveryBook())):
        assert model.rowCount(model.createIndex(0, 0)) == 0
        assert model.data(QModelIndex()) is None


@pytest.mark.proves("PP-FR-7")
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**63 - 1, "9,223,372,036,854,775,807"),
        (-(2**63), "-9,223,372,036,854,775,808"),
        (Decimal("12345678901234567890.000001"), "12,345,678,901,234,567,890.000001"),
        (Decimal("0.00"), "0.00"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (None, "—"),
        (21.456789, "21.4568"),
        (5_968_991.25, "5,968,991"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (1.7976931348623157e308, "1.79769e+308"),
    ],
)
def test_values_are_shown_exactly(value: Value, text: str) -> None:
    assert value_text(value) == text


def test_sizes_ages_and_units_are_shown_shortly() -> None:
    assert [size_text(size) for size in (0, 999, 1000, 1_234_567, 5 * 10**12)] == [
        "0 B",
        "999 B",
        "1 kB",
        "1.23 MB",
        "5 TB",
    ]
    seconds = (-5, 0.4, 61, 7199, 7200, 200_000)
    assert [age_text(round(each * 1e6)) for each in seconds] == ["now", "now", "61 s", "120 min", "2 h", "2 d"]
    assert [unit_text(unit) for unit in ("By/s", "1", "Cel", "mm[Hg]")] == ["B/s", "", "°C", "mm[Hg]"]
