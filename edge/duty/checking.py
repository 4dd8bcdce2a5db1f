"""What is wrong with a site's duty page before anything starts: certificate, key, accounts."""

from __future__ import annotations

from collections.abc import Iterator

from edge.duty.accounts import Accounts
from facility import yaml_source
from facility.errors import ConfigError
from facility.resolve import Site


def duty_page_wrong(site: Site) -> Iterator[ConfigError]:
    """One ConfigError with every mistake and its line; nothing where there is no duty page."""
    written, base = site.written.duty_page, site.file.parent
    if written is None:
        return
    source = yaml_source.load(site.file)
    if written.certificate is not None and written.key is not None:
        from edge.duty.server import Certificate

        try:
            Certificate(base / written.certificate, base / written.key)
        except ConfigError as error:
            source.mistake(("duty_page", "certificate"), str(error))
    try:
        if not Accounts(base / written.users).all():
            raise ConfigError(f"{base / written.users} is empty: make an account with `gatehouse edge duty user add`")
    except ConfigError as error:
        source.mistake(("duty_page", "users"), str(error))
    if source.mistakes:
        yield ConfigError(mistakes=source.mistakes)
