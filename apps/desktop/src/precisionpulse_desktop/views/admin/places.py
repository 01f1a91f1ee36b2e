"""Which pages of administration there are, and which permission shows each: the same as on the web."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.workspace import Place

CONFLICTS = "Conflicts"


def administration(desk: Desk) -> tuple[Place, ...]:
    """The pages, in their order; each is imported and made when it is first looked at."""
    return (
        Place("&Users", "user:read", lambda: _users(desk)),
        Place("R&oles", "role:read", lambda: _roles(desk)),
        Place("Per&missions", "permission:read", lambda: _permissions(desk)),
        Place("Confi&guration", "config:read", lambda: _settings(desk), here=True),
        Place("Audit &log", "audit:read", lambda: _audit(desk)),
        Place("Con&flicts", "conflict:read", lambda: _conflicts(desk)),
    )


def _users(desk: Desk) -> QWidget:
    from precisionpulse_desktop.views.admin.users_page import UsersPage

    return UsersPage(desk)


def _roles(desk: Desk) -> QWidget:
    from precisionpulse_desktop.views.admin.roles_page import RolesPage

    return RolesPage(desk)


def _permissions(desk: Desk) -> QWidget:
    from precisionpulse_desktop.views.admin.permissions_page import PermissionsPage

    return PermissionsPage(desk)


def _settings(desk: Desk) -> QWidget:
    from precisionpulse_desktop.views.admin.settings_page import SettingsPage

    return SettingsPage(desk)


def _audit(desk: Desk) -> QWidget:
    from precisionpulse_desktop.views.admin.log_pages import AuditPage

    return AuditPage(desk)


def _conflicts(desk: Desk) -> QWidget:
    from precisionpulse_desktop.views.admin.log_pages import ConflictsPage

    return ConflictsPage(desk)
