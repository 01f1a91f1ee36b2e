"""What somebody who is signed in may open: one tab for each place that the person's rights show, made when it is first
looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import Session


@dataclass(frozen=True, slots=True)
class Place:
    """One tab. `action`: what the menu calls it, with a mnemonic. `permission`: who holds it sees the tab; for this
    client when `here`, else for all clients."""

    action: str
    permission: str
    build: Callable[[], QWidget]
    here: bool = False

    @property
    def title(self) -> str:
        """What stands on the tab: `action` without the mark of its mnemonic, which only the menu uses."""
        return self.action.replace("&", "")


class Workspace(QTabWidget):
    """The places of `places` that the session may see, in their order."""

    def __init__(self, places: Sequence[Place], client: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.tabBar().setAccessibleName("Pages")
        self._places = places
        self._client = client
        self._frames = {place.title: _Frame(place, self) for place in places}
        self.currentChanged.connect(self._build)

    def show_session(self, session: Session | None) -> None:
        """Show what `session` may see; nothing without one."""
        wanted = [place for place in self._places if self.allows(session, place)]
        if [place.title for place in wanted] == [self.tabText(at) for at in range(self.count())]:
            return
        shown = self.tabText(self.currentIndex())
        self.blockSignals(True)
        self.clear()
        for place in wanted:
            self.addTab(self._frames[place.title], place.title)
        self.blockSignals(False)
        self.go_to(shown if shown in {place.title for place in wanted} else wanted[0].title if wanted else "")

    def allows(self, session: Session | None, place: Place) -> bool:
        """Whether `session` may see `place`."""
        return session is not None and session.may(place.permission, self._client if place.here else "")

    @Slot(str)
    def go_to(self, title: str) -> None:
        """Open a place; nothing when it is not there."""
        for at in range(self.count()):
            if self.tabText(at) == title:
                self.setCurrentIndex(at)
                self._build(at)

    def page(self, title: str) -> QWidget:
        """The page behind a title, made when it is not there yet."""
        return self._frames[title].page()

    @Slot(int)
    def _build(self, at: int) -> None:
        frame = self.widget(at)
        if isinstance(frame, _Frame):
            frame.page()


class _Frame(QWidget):
    """Holds a page that is made when it is needed."""

    def __init__(self, place: Place, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._place = place
        self._page: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def page(self) -> QWidget:
        if self._page is None:
            self._page = self._place.build()
            self._layout.addWidget(self._page)
        return self._page
