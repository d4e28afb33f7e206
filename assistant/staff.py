"""Accounts of staff from the command line: `koban users`."""

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.accounts import Account, AccountRefused, Accounts, Role
from settings import Settings
from sites import load_site
from storage import migrate
from storage.accounts import AccountStore
from storage.database import Database


def add_user(
    settings: Settings, username: str, *, role: str, display_name: str, area: str | None, password: str
) -> Account:
    """Make an account on the settings' site.

    Raises AccountRefused for an unknown role or area, a name in use, or a password too short or too long.
    """
    site = load_site(settings.sites_dir, settings.site)
    if role not in list(Role):
        raise AccountRefused(f"there is no role {role!r}: choose one of {', '.join(Role)}")
    if area is not None and site.area(area) is None:
        known = ", ".join(item.id for item in site.areas)
        raise AccountRefused(f"site {site.id} has no area {area!r}: choose one of {known}")
    with _accounts(settings) as accounts:
        return accounts.add(
            username, display_name=display_name, role=Role(role), site=site.id, password=password, area=area
        )


def list_users(settings: Settings) -> list[Account]:
    """The accounts of the settings' site. Raises SiteInvalid."""
    site = load_site(settings.sites_dir, settings.site)
    with _accounts(settings) as accounts:
        return accounts.list(site.id)


def disable_user(settings: Settings, username: str) -> None:
    """Raises AccountRefused if there is no such account."""
    with _accounts(settings) as accounts:
        accounts.disable(username)


@contextmanager
def _accounts(settings: Settings) -> Iterator[Accounts]:
    """The accounts of the installation, its schema brought up first; a running server is not in the way."""
    database = Database(settings.database())
    try:
        database.check()
        if migrate.current(database) != migrate.latest():
            migrate.up(database)
        yield Accounts(AccountStore(database), settings.session_hours)
    finally:
        database.close()
