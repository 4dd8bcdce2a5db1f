"""POST|GET|DELETE /session, GET|POST|PUT /users, GET|POST|DELETE /tokens."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock, TheSettings
from cloud.errors import Conflict, Forbidden, NotFound, TooMany, Unauthenticated, problems
from cloud.permissions import Permission
from cloud.users import editing
from cloud.users.authentication import COOKIE, HOST_COOKIE, cookie_of
from cloud.users.login import Try, log_in
from cloud.users.reach import is_near
from cloud.users.roles import dump_roles, load_roles, permissions_of
from cloud.users.schemas import LogIn, MadeToken, MadeUser, NewToken, NewUser, PersonName, Session, Token, User
from cloud.users.secrets import new_password
from cloud.users.store import add_user, close_session, users
from cloud.users.tokens import Grant, issue, revoke, tokens
from cloud.wire import Page

router = APIRouter(prefix="/api/v1", tags=["users"])
Manager = Annotated[Caller, Depends(Allow(Permission.USER_MANAGE))]
TokenManager = Annotated[Caller, Depends(Allow(Permission.TOKEN_MANAGE))]


def session_of(caller: Caller) -> Session:
    """What the page must know of who is logged in."""
    held = {site: tuple(sorted(permissions)) for site, permissions in caller.permissions.items()}
    return Session(kind=caller.kind, name=caller.name, permissions=held)


@router.post("/session", responses=problems(Unauthenticated, TooMany))
async def open_a_session(
    request: Request, response: Response, store: Store, clock: TheClock, settings: TheSettings, body: LogIn
) -> Session:
    """Log in; the session's cookie is in the answer."""
    passwords = request.app.state.passwords
    address = request.client.host if request.client is not None else ""
    tried = Try(body.name, body.password.get_secret_value(), address, clock.now())
    cookie, caller = await log_in(store, passwords, tried)
    name = HOST_COOKIE if settings.https else COOKIE
    response.set_cookie(name, cookie, httponly=True, samesite="strict", secure=settings.https, path="/")
    return session_of(caller)


@router.get("/session", responses=problems(Unauthenticated))
async def get_session(request: Request) -> Session:
    """Who is logged in."""
    caller = await request.app.state.authenticator.caller(request)
    if caller is None:
        raise Unauthenticated
    return session_of(caller)


@router.delete("/session", status_code=204)
async def close_the_session(request: Request, response: Response, store: Store) -> None:
    """Log out; well also where nobody is logged in."""
    if cookie := cookie_of(request):
        await store.write(lambda c: close_session(c, cookie))
    for name in (COOKIE, HOST_COOKIE):
        response.delete_cookie(name, path="/", secure=name == HOST_COOKIE, httponly=True, samesite="strict")


@router.get("/users")
async def list_users(store: Store, caller: Annotated[Caller, Depends(Allow(Permission.USER_READ))]) -> Page[User]:
    """Who has an account; for one site's manager only those who have a role there."""
    among = caller.sites(Permission.USER_READ)
    found = [User.model_validate({**row, "roles": load_roles(row["roles"])}) for row in await store.read(users)]
    return Page(items=tuple(user for user in found if is_near(user.roles, among)))


@router.get("/names")
async def list_names(
    store: Store, caller: Annotated[Caller, Depends(Allow(Permission.ORDER_READ_ASSIGNED))]
) -> Page[PersonName]:
    """What people of the caller's sites are called, where it is not their log-in name: for who reads what they did."""
    among = caller.sites(Permission.ORDER_READ_ASSIGNED)
    near = [row for row in await store.read(users) if row["display_name"] and is_near(load_roles(row["roles"]), among)]
    return Page(items=tuple(PersonName(name=row["name"], display_name=row["display_name"]) for row in near))


@router.post("/users", status_code=201, responses=problems(Forbidden, Conflict))
async def create_user(request: Request, store: Store, clock: TheClock, caller: Manager, body: NewUser) -> MadeUser:
    """A new account; a password that was made is in the answer, once."""
    _only_own_sites(caller, Permission.USER_MANAGE, set(body.roles))
    made = None if body.password else new_password()
    secret = body.password.get_secret_value() if body.password else str(made)
    kept = await request.app.state.passwords.make_off_loop(secret)
    now = clock.now()

    def work(connection: Connection) -> str:
        id = add_user(connection, body.name, kept, body.roles, at=now, display_name=body.display_name)
        record(connection, caller, Entry("user.create", body.name, detail=dump_roles(body.roles)), at=now)
        return id

    id = await store.write(work)
    told = {"id": id, "name": body.name, "display_name": body.display_name, "roles": body.roles}
    return MadeUser.model_validate(told | {"disabled": False, "created_at": now, "password": made})


@router.get("/tokens")
async def list_tokens(store: Store, caller: TokenManager) -> Page[Token]:
    """The machines' tokens without their secrets; for one site's administrator those of that site."""
    among = caller.sites(Permission.TOKEN_MANAGE)
    rows = [
        Token.model_validate({**row, "roles": load_roles(row["roles"]), "scopes": orjson.loads(row["scopes"])})
        for row in await store.read(tokens)
    ]
    return Page(items=tuple(t for t in rows if among is None or among >= _sites(t)))


@router.post("/tokens", status_code=201, responses=problems(Forbidden))
async def create_token(store: Store, clock: TheClock, caller: TokenManager, body: NewToken) -> MadeToken:
    """A new token for a machine, shown once; nobody gives more than they have."""
    now = clock.now()
    _only_own_sites(caller, Permission.TOKEN_MANAGE, {*body.roles, *body.scopes})
    for site, wanted in permissions_of(body.roles, body.scopes).items():
        if over := sorted(p for p in wanted if not caller.may(p, site)):
            raise Forbidden(
                f"不能在站点 {site!r} 授予您自己没有的权限 · "
                f"you may not give what you do not have at {site}: {', '.join(over)}"
            )

    def work(connection: Connection) -> str:
        grant = Grant(body.name, body.roles, body.scopes, expires_at=body.expires_at)
        record(connection, caller, Entry("token.create", body.name), at=now)
        return issue(connection, grant, by=caller.name, at=now)

    return MadeToken(name=body.name, token=await store.write(work))


@router.delete("/tokens/{id}", status_code=204, responses=problems(Forbidden, NotFound))
async def delete_token(request: Request, store: Store, clock: TheClock, caller: TokenManager, id: str) -> None:
    """Revoke a token: it ends within five seconds on every replica, at once here."""
    visible = {token.id for token in (await list_tokens(store, caller)).items}
    now = clock.now()

    def work(connection: Connection) -> bool:
        if revoked := revoke(connection, id, at=now):
            record(connection, caller, Entry("token.revoke", id), at=now)
        return revoked

    if id not in visible or not await store.write(work):
        raise NotFound(f"没有有效的令牌 {id!r} · there is no valid token {id!r}")
    request.app.state.authenticator.forget()


def _sites(token: Token) -> set[str]:
    return {*token.roles, *token.scopes, *([token.site] if token.site else [])}


def _only_own_sites(caller: Caller, permission: Permission, wanted: set[str]) -> None:
    among = caller.sites(permission)
    if among is not None and (foreign := sorted(wanted - among)):
        raise Forbidden(
            f"您无权在这些站点授予角色:{', '.join(foreign)} · you may not give roles at {', '.join(foreign)}"
        )


router.include_router(editing.router)
