"""Which sites there are: a question about one that is not there is told so, not answered with nothing."""

from __future__ import annotations

from cloud.caller import Caller
from cloud.database.base import Database
from cloud.permissions import EVERYWHERE
from cloud.sites.store import sites
from cloud.wire import no_site, plain_site


class KnownSites:
    """A site that was found once is not looked up again: sites are never taken away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: frozenset[str] = frozenset()

    async def expect(self, site: str, caller: Caller) -> None:
        """NotFound for a site that is not there, said to who may see every site; `one_site` tells the others."""
        plain_site(site)
        if EVERYWHERE not in caller.permissions or site in self._known:
            return
        self._known = frozenset(row["id"] for row in await self._database.read(lambda c: sites(c, None)))
        if site not in self._known:
            raise no_site(site, self._known)
