"""One palette, one type scale and one grid for every window, following the system's light, dark and contrast
settings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from precisionpulse_desktop.models.link_status import Tone

_HERE = Path(__file__).parent

GRID = 8
"""Every distance is a multiple of this, in px."""


@dataclass(frozen=True, slots=True)
class Colours:
    """A palette; each is #rrggbb. `text`, `muted` and the tones have a contrast of at least 4.5 on `surface`."""

    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    waiting: str
    bad: str

    def tone(self, tone: Tone) -> str:
        """The colour of a meaning."""
        return {Tone.GOOD: self.good, Tone.WAITING: self.waiting, Tone.BAD: self.bad, Tone.NEUTRAL: self.muted}[tone]


LIGHT = Colours(
    window="#f3f5f8",
    surface="#ffffff",
    raised="#f7f9fb",
    border="#dde3ea",
    text="#17212e",
    muted="#566373",
    accent="#1d5fc4",
    on_accent="#ffffff",
    good="#0f7a43",
    waiting="#8f5a00",
    bad="#b3261e",
)
DARK = Colours(
    window="#11161d",
    surface="#19202a",
    raised="#1f2833",
    border="#2d3846",
    text="#e7ecf3",
    muted="#9aa8b8",
    accent="#74a9ff",
    on_accent="#0b1420",
    good="#4fc58d",
    waiting="#f0b840",
    bad="#ff8278",
)


def high_contrast(colours: Colours) -> Colours:
    """The palette for people who asked their system for more contrast: no greys, visible borders."""
    dark = QColor(colours.window).lightness() < 128
    ground, ink = ("#000000", "#ffffff") if dark else ("#ffffff", "#000000")
    return replace(colours, window=ground, surface=ground, raised=ground, border=ink, text=ink, muted=ink)


class Theme(QObject):
    """The palette in use. Applies itself to the application, again whenever the system's settings change."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.colours = LIGHT
        application.setStyle("Fusion")
        application.setFont(tabular(application.font()))
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self.follow_system)
        hints.accessibility().contrastPreferenceChanged.connect(self.follow_system)
        self.follow_system()

    @Slot()
    def follow_system(self) -> None:
        """Use what the system asks for."""
        hints = self._application.styleHints()
        colours = DARK if hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT
        if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
            colours = high_contrast(colours)
        self.use(colours)

    def use(self, colours: Colours) -> None:
        """Use this palette."""
        self.colours = colours
        self._application.setPalette(_palette(colours))
        self._application.setStyleSheet(_style_sheet(colours))
        self.changed.emit()


def theme() -> Theme:
    """The application's theme; made at the first call. There must be a `QApplication`."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("a theme needs a QApplication")
    found: Theme | None = application.findChild(Theme)
    return found or Theme(application)


def motion_is_welcome() -> bool:
    """Whether the system lets things move. Qt says so from 6.12 on; before that, nobody objects."""
    preference = getattr(QGuiApplication.styleHints().accessibility(), "motionPreference", None)
    return preference is None or preference().name != "ReducedMotion"


def tabular(font: QFont) -> QFont:
    """`font` with figures of one width, so that changing numbers stand still."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def scaled(widget: QWidget, factor: float, *, strong: bool = False) -> None:
    """Give `widget` the application's font, larger by `factor`."""
    font = tabular(QFont(QApplication.font()))
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    widget.setFont(font)


def set_role(widget: QWidget, role: str) -> None:
    """Give `widget` a role of the style sheet ("muted", "error", "primary", "card", "" …), now."""
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    for role, colour in {
        QPalette.ColorRole.Window: colours.window,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.raised,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.muted,
        QPalette.ColorRole.Button: colours.raised,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.ToolTipBase: colours.raised,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.Accent: colours.accent,
    }.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return palette


def _style_sheet(colours: Colours) -> str:
    return f"""
    QFrame[role="card"] {{ background: {colours.surface}; border: 1px solid {colours.border}; border-radius: 8px; }}
    QFrame[role="header"] {{ background: {colours.surface}; border: 0; border-bottom: 1px solid {colours.border}; }}
    QFrame[role="banner"] {{
        background: {_mixed(colours.waiting, colours.surface, 0.14)}; border: 0;
        border-bottom: 1px solid {colours.waiting};
    }}
    QLabel {{ background: transparent; }}
    QLabel[role="muted"] {{ color: {colours.muted}; }}
    QLabel[role="error"] {{ color: {colours.bad}; }}
    QLabel[role="waiting"] {{ color: {colours.waiting}; }}
    QLabel[role="good"] {{ color: {colours.good}; }}
    QPushButton {{
        background: {colours.raised}; color: {colours.text}; border: 1px solid {colours.border}; border-radius: 6px;
        padding: 6px 14px;
    }}
    QPushButton:hover {{ border-color: {colours.accent}; }}
    QPushButton:focus {{ border: 2px solid {colours.accent}; padding: 5px 13px; }}
    QPushButton:checked {{ border-color: {colours.accent}; color: {colours.accent}; background: {colours.surface}; }}
    QPushButton:disabled {{ color: {colours.muted}; border-color: {colours.border}; }}
    QPushButton[role="primary"] {{
        background: {colours.accent}; color: {colours.on_accent}; border-color: {colours.accent};
    }}
    QPushButton[role="primary"]:focus {{ border-color: {colours.text}; }}
    QPushButton[role="primary"]:disabled {{
        background: {colours.raised}; color: {colours.muted}; border-color: {colours.border};
    }}
    QPushButton[role="segment"] {{ padding: 4px 10px; }}
    QPushButton[role="segment"]:focus {{ padding: 3px 9px; }}
    QLineEdit, QPlainTextEdit, QListView {{
        background: {colours.surface}; color: {colours.text}; border: 1px solid {colours.border}; border-radius: 6px;
        padding: 7px 10px; selection-background-color: {colours.accent}; selection-color: {colours.on_accent};
    }}
    QListView {{ padding: 2px; outline: 0; }}
    QListView::item {{ padding: 3px 4px; }}
    QListView::item:selected {{
        background: {_mixed(colours.accent, colours.surface, 0.16)}; color: {colours.text};
    }}
    QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {colours.accent}; padding: 6px 9px; }}
    QListView:focus {{ border: 2px solid {colours.accent}; padding: 1px; }}
    QLineEdit:disabled, QPlainTextEdit:disabled {{ color: {colours.muted}; background: {colours.raised}; }}
    QComboBox {{
        background: {colours.surface}; color: {colours.text}; border: 1px solid {colours.border}; border-radius: 6px;
        padding: 5px 10px;
    }}
    QComboBox::drop-down {{ border: 0; width: 24px; }}
    QComboBox::down-arrow {{ image: url("{(_HERE / "chevron.svg").as_posix()}"); width: 12px; height: 12px; }}
    QComboBox:focus {{ border: 2px solid {colours.accent}; padding: 4px 9px; }}
    QComboBox QAbstractItemView {{ background: {colours.surface}; border: 1px solid {colours.border}; }}
    QCheckBox {{ spacing: 8px; }}
    QCheckBox::indicator, QListView::indicator {{
        width: 12px; height: 12px; background: {colours.surface}; border: 2px solid {colours.muted}; border-radius: 4px;
    }}
    QCheckBox::indicator:checked, QListView::indicator:checked {{
        background: {colours.accent}; image: url("{_tick(colours)}");
        border-color: {colours.accent};
    }}
    QCheckBox::indicator:disabled, QListView::indicator:disabled {{ border-color: {colours.border}; }}
    QCheckBox::indicator:checked:disabled, QListView::indicator:checked:disabled {{
        background: {colours.muted}; border-color: {colours.muted};
    }}
    QTableView {{
        background: {colours.surface}; color: {colours.text}; border: 0; outline: 0; gridline-color: transparent;
        alternate-background-color: {colours.raised};
        selection-background-color: {_mixed(colours.accent, colours.surface, 0.16)};
        selection-color: {colours.text};
    }}
    QHeaderView {{ background: {colours.surface}; }}
    QHeaderView::section {{
        background: {colours.surface}; color: {colours.muted}; border: 0; border-bottom: 1px solid {colours.border};
        padding: 6px 8px; font-weight: 500;
    }}
    QTableView::item {{ padding: 0 5px; border: 0; }}
    QTabWidget::pane {{ border: 0; }}
    QTabBar {{ background: transparent; }}
    QTabBar::tab {{
        background: transparent; color: {colours.muted}; border: 0; border-bottom: 2px solid transparent;
        padding: 8px 16px; margin-right: 4px;
    }}
    QTabBar::tab:selected {{ color: {colours.text}; border-bottom-color: {colours.accent}; }}
    QTabBar::tab:focus {{ color: {colours.accent}; }}
    QProgressBar {{ background: {colours.raised}; border: 1px solid {colours.border}; border-radius: 4px; height: 6px;
    }} QProgressBar::chunk {{ background: {colours.accent}; border-radius: 3px; }}
    QProgressBar[role="waiting"]::chunk {{ background: {colours.waiting}; }}
    QProgressBar[role="error"]::chunk {{ background: {colours.bad}; }}
    QStatusBar {{ background: {colours.window}; color: {colours.muted}; border-top: 1px solid {colours.border}; }}
    QStatusBar::item {{ border: 0; }}
    QMenuBar {{ background: {colours.surface}; color: {colours.text}; padding: 2px 8px; }}
    QMenuBar::item {{ padding: 4px 10px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {colours.raised}; }}
    QMenu {{ background: {colours.surface}; color: {colours.text}; border: 1px solid {colours.border}; padding: 4px; }}
    QMenu::item {{ padding: 6px 24px 6px 16px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {colours.accent}; color: {colours.on_accent}; }}
    QMenu::item:disabled {{ color: {colours.muted}; }}
    QSplitter::handle {{ background: transparent; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
    QScrollBar::handle:vertical {{ background: {colours.border}; border-radius: 3px; min-height: 24px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QToolTip {{ background: {colours.raised}; color: {colours.text}; border: 1px solid {colours.border}; padding: 4px;
    }}
    """


def _tick(colours: Colours) -> str:
    """The file of a tick that can be seen on the accent."""
    dark = QColor(colours.on_accent).lightness() < 128
    return (_HERE / ("tick-dark.svg" if dark else "tick-light.svg")).as_posix()


def _mixed(over: str, under: str, share: float) -> str:
    top, bottom = QColor(over), QColor(under)
    return QColor(
        *(
            round(share * a + (1 - share) * b)
            for a, b in zip(top.getRgb()[:3], bottom.getRgb()[:3], strict=True)  # type: ignore[index]
        )
    ).name()
