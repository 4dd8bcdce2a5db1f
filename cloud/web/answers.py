"""Every "no" leaves as application/problem+json, whoever says it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from cloud.errors import Problem, ProblemBody, Unavailable
from cloud.wording import said, sentence
from facility.errors import DeliveryError

log = logging.getLogger(__name__)
_KINDS: dict[int, tuple[str, str, str]] = {
    404: ("not-found", "Not found", "未找到"),
    405: ("method-not-allowed", "This path has no such method", "该路径不支持此方法"),
    422: ("unprocessable", "The content does not fit", "内容不符合要求"),
    500: ("internal", "An error of ours", "系统内部错误"),
}


def answer(body: ProblemBody, headers: dict[str, str] | None = None) -> Response:
    """The response of a problem."""
    text = body.model_dump_json(exclude_defaults=True)
    return Response(text, body.status, headers, "application/problem+json")


def answer_problem(problem: Problem) -> Response:
    """The response of a problem that was raised."""
    return answer(problem.body(), problem.headers)


def _body(status: int, detail: str, errors: tuple[dict[str, Any], ...] = ()) -> ProblemBody:
    kind, title, zh = _KINDS.get(status, ("bad-request", "The request can't be understood", "请求无法理解"))
    return ProblemBody(type=f"/problems/{kind}", title=title, zh=zh, status=status, detail=detail, errors=errors)


async def _problem(_: Request, error: Exception) -> Response:
    return answer_problem(error) if isinstance(error, Problem) else await _unexpected(_, error)


async def _unfit(_: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else ()
    errors = tuple({"where": ".".join(map(str, e["loc"])), "says": _both(e), "kind": e["type"]} for e in found[:50])
    return answer(_body(422, sentence(found[0]) if found else "内容不符合要求 · the content does not fit", errors))


def _both(wrong: dict[str, Any]) -> str:
    text = said(wrong)
    return f"{text.zh} · {text.en}"


async def _http(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return await _unexpected(_, error)
    return answer(_body(error.status_code, str(error.detail)), dict(error.headers or {}))


async def _away(_: Request, error: Exception) -> Response:
    log.warning("the store or the historian is away: %s", error)
    return answer_problem(
        Unavailable(
            "存储或历史库暂时没有应答,请稍后再试 · "
            "the store or the historian does not answer now; try again in a moment"
        )
    )


async def _left(request: Request, _: Exception) -> Response:
    log.info("a client left in the middle of %s %s", request.method, request.url.path)
    return Response(status_code=400)


async def _unexpected(_: Request, error: Exception) -> Response:
    log.error("an endpoint failed", exc_info=error)
    return answer(_body(500, "something went wrong here, not with you; the log of the server says what"))


_ANSWERS: Final[dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]] = {
    Problem: _problem,
    RequestValidationError: _unfit,
    HTTPException: _http,
    ClientDisconnect: _left,
    DBAPIError: _away,
    DeliveryError: _away,
    Exception: _unexpected,
}


async def answer_known(request: Request, error: Exception) -> Response:
    """The response of an error, as the app would give it."""
    return await next(_ANSWERS[kind] for kind in type(error).__mro__ if kind in _ANSWERS)(request, error)


def install(app: FastAPI) -> None:
    """Make every error of the app a problem."""
    for kind, handler in _ANSWERS.items():
        app.add_exception_handler(kind, handler)
