"""PUT /users/{name}, POST /users/{name}/password: roles by site, an account off and on, a new password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field, SecretStr
from sqlalchemy import Connection, RowMapping, delete, update

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, problems
from cloud.permissions import Permission, Role
from cloud.users.passwords import LEAST
from cloud.users.reach import expect_whole, user_near
from cloud.users.roles import SiteRoles, dump_roles, load_roles, permissions_of
from cloud.users.schemas import DisplayName, MadeUser, Roles, User
from cloud.users.secrets import new_password
from cloud.users.store import set_password
from cloud.users.tables import SESSION, USER
from cloud.wire import Asked

router = APIRouter()
Manager = Annotated[Caller, Depends(Allow(Permission.USER_MANAGE))]
NO = problems(Forbidden, NotFound, Conflict)


class ChangedUser(Asked):
    """The body of PUT /users/{name}: the roles at the sites that the caller manages; others stay as they are."""

    roles: Roles
    disabled: bool = False
    display_name: DisplayName | None = None
    """Left out: as it was."""


class NewPassword(Asked):
    """The body of POST /users/{name}/password."""

    password: SecretStr | None = Field(default=None, min_length=LEAST, max_length=200)
    """Left out: one is made and shown once."""


@router.put("/users/{name}", responses=NO)
async def change_user(
    request: Request, store: Store, clock: TheClock, caller: Manager, name: str, body: ChangedUser
) -> User:
    """Roles by site, and whether the account may log in; who is disabled is logged out at once."""
    now = clock.now()

    def work(connection: Connection) -> User:
        row = user_near(connection, caller, name)
        roles = merged(caller, load_roles(row["roles"]), body.roles)
        _refuse_lock_out(caller, name, roles, disabled=body.disabled)
        if body.disabled != row["disabled"]:
            expect_whole(caller, row)
        shown = row["display_name"] if body.display_name is None else body.display_name
        if shown != row["display_name"]:
            expect_whole(caller, row)
        told = {"roles": dump_roles(roles), "disabled": body.disabled, "display_name": shown}
        connection.execute(update(USER).where(USER.c.id == row["id"]).values(**told))
        if body.disabled:
            connection.execute(delete(SESSION).where(SESSION.c.user_id == row["id"]))
        changed = User(
            id=row["id"], name=name, display_name=shown, roles=roles, disabled=body.disabled,
            created_at=row["created_at"],
        )  # fmt: skip
        said = changed.model_dump_json(include={"display_name", "roles", "disabled"})
        record(connection, caller, Entry("user.change", name, detail=said), at=now)
        return changed

    changed = await store.write(work)
    request.app.state.authenticator.forget()
    return changed


@router.post("/users/{name}/password", responses=NO)
async def give_password(
    request: Request, store: Store, clock: TheClock, caller: Manager, name: str, body: NewPassword
) -> MadeUser:
    """A new password; all sessions of the user end. One that was made is in the answer, once."""
    made = None if body.password else new_password()
    secret = body.password.get_secret_value() if body.password else str(made)
    await store.read(lambda c: expect_whole(caller, user_near(c, caller, name)))
    kept = await request.app.state.passwords.make_off_loop(secret)
    now = clock.now()

    def work(connection: Connection) -> RowMapping:
        row = user_near(connection, caller, name)
        expect_whole(caller, row)
        set_password(connection, name, kept)
        record(connection, caller, Entry("user.password", name), at=now)
        return row

    row = await store.write(work)
    told = {field: row[field] for field in ("id", "name", "display_name", "disabled", "created_at")}
    return MadeUser(**told, roles=load_roles(row["roles"]), password=made)


def merged(caller: Caller, before: SiteRoles, wanted: SiteRoles) -> dict[str, tuple[Role, ...]]:
    """The roles of the caller's sites as wanted, those of other sites as before. Forbidden for a foreign site."""
    among = caller.sites(Permission.USER_MANAGE)
    mine = {site: tuple(held) for site, held in wanted.items() if held}
    if among is None:
        return mine
    others = {site: tuple(held) for site, held in before.items() if site not in among}
    if foreign := sorted(site for site, held in mine.items() if site not in among and others.get(site) != held):
        raise Forbidden(
            f"您无权在这些站点授予角色:{', '.join(foreign)} · you may not give roles at {', '.join(foreign)}"
        )
    return others | {site: held for site, held in mine.items() if site in among}


def _refuse_lock_out(caller: Caller, name: str, roles: SiteRoles, *, disabled: bool) -> None:
    """Nobody takes their own right to manage users away: there might be nobody left who could give it back."""
    if caller.kind != "user" or caller.name != name:
        return
    kept = permissions_of(roles)
    had = [site for site, held in caller.permissions.items() if Permission.USER_MANAGE in held]
    lost = [site for site in had if Permission.USER_MANAGE not in kept.get(site, frozenset())]
    if disabled or lost:
        raise Conflict(
            "不能停用自己或取消自己的管理权限 · you can't disable yourself or give up managing users: ask another"
        )
