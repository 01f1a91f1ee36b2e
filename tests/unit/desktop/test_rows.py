"""The tables of the administration, with as many rows as a large site has."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.models.rows import RowsModel
from precisionpulse_desktop.views.admin.users_page import FIELDS
from precisionpulse_sdk.replica.directory import User


def test_ten_thousand_users_are_searched_sorted_and_kept_selected(qtbot: QtBot) -> None:
    rows = [
        User(UUID(int=number), f"user-{number:05}", f"Person {number}", True, True, False, "", 0, 1, (), False)
        for number in range(10_000)
    ]
    model = RowsModel(FIELDS)
    QAbstractItemModelTester(model)
    model.set_rows(rows)
    assert model.rowCount() == 10_000
    model.search("PERSON 9999")
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["user-09999"]
    model.search("")
    model.sort(0)
    assert model.index(0, 0).data() == "user-00000"
    assert model.place(UUID(int=77)) == 77
