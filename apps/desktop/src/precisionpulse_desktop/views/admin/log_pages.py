"""What happened: the audit log, the values that lost, and the changes that the hub refused."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QTabWidget, QWidget

from precisionpulse_desktop.logbook import LIMIT, fields_text, kind_text, read_log, value_text, wanted_text
from precisionpulse_desktop.models.rows import Field
from precisionpulse_desktop.models.sheets import Sheet, write_csv
from precisionpulse_desktop.models.wording import day_text
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.list_panel import ListPanel, push_button
from precisionpulse_sdk.moments import to_us
from precisionpulse_sdk.replica.logs import plain_name
from precisionpulse_sdk.replica.tables import audit_log, conflicts, refusals

WHEN = Field("When", lambda row: day_text(to_us(row.at)), 152, order=lambda row: row.id)
AUDIT_FIELDS = (
    WHEN,
    Field("Who", lambda row: row.actor, 120),
    Field("Where", lambda row: row.address, 112),
    Field("What", lambda row: row.action, 160),
    Field("Whom or what", lambda row: row.subject, 184),
    Field("Before", lambda row: fields_text(row.before), 200),
    Field("After", lambda row: fields_text(row.after)),
)
CONFLICT_FIELDS = (
    WHEN,
    Field("What", lambda row: kind_text(row.kind), 112),
    Field("Whom or which", lambda row: row.subject, 160),
    Field("Field", lambda row: plain_name(row.field), 128),
    Field("Lost", lambda row: value_text(row.losing), 168),
    Field("by", lambda row: row.losing_actor, 96),
    Field("Won", lambda row: value_text(row.winning)),
    Field("by", lambda row: row.winning_actor, 96),
)
REFUSAL_FIELDS = (
    WHEN,
    Field("Who", lambda row: row.actor, 112),
    Field("What", lambda row: kind_text(row.kind), 112),
    Field("Whom or which", lambda row: row.subject, 160),
    Field("Wanted", lambda row: wanted_text(row.wanted), 200),
    Field("Why it was refused", lambda row: row.text),
)


class AuditPage(ListPanel):
    """The audit log of this replica."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            partial(read_log, desk.replica, audit_log),
            AUDIT_FIELDS,
            name="audit",
            title="Audit log",
            hint=f"Who did what, from where, as this desktop saw it: the newest {LIMIT:,}. The site's whole log is on "
            "the web.",
            parent=parent,
        )
        self.add_button(push_button("E&xport as CSV…", "auditExport"), lambda _: self._ask_where())

    def write(self, target: Path) -> None:
        """Write the rows that are shown to `target`, and say when that fails."""
        model = self.model
        rows = [
            [model.index(at, column).data() for column in range(model.columnCount())] for at in range(model.rowCount())
        ]
        try:
            write_csv(target, [Sheet([field.title for field in AUDIT_FIELDS], rows)])
        except OSError as error:
            QMessageBox.warning(self, "Export", f"Could not write {target}: {error.strerror or error}.")

    def _ask_where(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Export", str(Path.home() / "audit.csv"), "CSV (*.csv)")
        if chosen:
            self.write(Path(chosen))


class ConflictsPage(QTabWidget):
    """Values that lost, and changes that were refused."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conflictsPage")
        self.refusals = ListPanel(
            desk,
            partial(read_log, desk.replica, refusals),
            REFUSAL_FIELDS,
            name="refusals",
            title="Refused changes",
            hint="Changes made on this desktop that the hub refused, by the rights of the moment when it judged them. "
            "They are rolled back here.",
        )
        self.conflicts = ListPanel(
            desk,
            partial(read_log, desk.replica, conflicts),
            CONFLICT_FIELDS,
            name="conflicts",
            title="Conflicts",
            hint="Two people changed the same at once: the later value won everywhere; the one that lost is kept here.",
        )
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.addTab(self.refusals, "Re&fused")
        self.addTab(self.conflicts, "&Conflicts")
