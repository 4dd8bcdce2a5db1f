"""A business "no" as a typed error with its own status; on the wire it is application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from facility.errors import GatehouseError
from facility.words import Frozen


class ProblemBody(Frozen):
    """What a client reads when the answer is no."""

    type: str
    """`/problems/not-found`: the same for every case of a kind."""
    title: str
    zh: str
    """The title in Chinese."""
    status: int
    detail: str
    """What was wrong with this request, and what to do."""
    errors: tuple[dict[str, Any], ...] = ()
    """Of a body that does not fit its schema: each place and what was expected."""


class Problem(GatehouseError):
    """Base of every "no" of the cloud: a subclass is a kind with its status."""

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request can't be understood"
    zh: ClassVar[str] = "请求无法理解"

    def __init__(self, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = dict(headers or {})

    def body(self) -> ProblemBody:
        """The JSON of it."""
        return ProblemBody(
            type=f"/problems/{self.kind}", title=self.title, zh=self.zh, status=self.status, detail=self.detail
        )


class Unauthenticated(Problem):
    """Log in, or send a token."""

    status, kind, title, zh = 401, "unauthenticated", "Log in first", "请先登录"

    def __init__(self, detail: str = "Log in, or send a token: Authorization: Bearer …") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    """Who asks is known and may not."""

    status, kind, title, zh = 403, "forbidden", "Not allowed", "没有权限"


class NotFound(Problem):
    """There is no such thing, or not for who asks."""

    status, kind, title, zh = 404, "not-found", "Not found", "未找到"


class Conflict(Problem):
    """It does not fit what is already there."""

    status, kind, title, zh = 409, "conflict", "Does not fit what is there", "与现有数据冲突"


class UnknownInventory(Conflict):
    """An event names an inventory that was never sent: send it, then the events again."""

    kind, title, zh = "unknown-inventory", "Send the inventory first", "请先上送设备清单"


class TooLarge(Problem):
    """The body is over the limit: send it in parts."""

    status, kind, title, zh = 413, "too-large", "The body is too large", "请求体过大"


class Unprocessable(Problem):
    """The body was read, and says something that can't be."""

    status, kind, title, zh = 422, "unprocessable", "The content does not fit", "内容不符合要求"


class Unfit(Unprocessable):
    """… and `where`, the place in the body that says it: `parent`, `formula`."""

    def __init__(self, detail: str, *, where: str) -> None:
        super().__init__(detail)
        self._where = where

    def body(self) -> ProblemBody:
        """With the place."""
        told = ({"where": f"body.{self._where}", "says": self.detail},)
        return super().body().model_copy(update={"errors": told})


class UnfitFile(Unprocessable):
    """A file with mistakes: nothing of it was taken."""

    kind, title, zh = "unfit-file", "The file has mistakes, nothing was imported", "文件有错误,未导入任何内容"
    shown: ClassVar[int] = 500
    """Mistakes in one answer."""

    def __init__(self, mistakes: Sequence[tuple[int, str]]) -> None:
        line, says = mistakes[0]
        super().__init__(
            f"{len(mistakes)} 处错误 · {len(mistakes)} mistakes, nothing was imported; the first, line {line}: {says}"
        )
        self._mistakes = mistakes

    def body(self) -> ProblemBody:
        """With every mistake by its line."""
        told = tuple({"line": line, "says": says} for line, says in self._mistakes[: self.shown])
        return super().body().model_copy(update={"errors": told})


class TooMany(Problem):
    """Too often: wait as long as Retry-After says."""

    status, kind, title, zh = 429, "too-many", "Too many tries", "尝试次数过多"


class Unavailable(Problem):
    """The cloud can't do it now; nothing was changed, try again."""

    status, kind, title, zh = 503, "unavailable", "Not now", "暂时不可用"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": "2"})


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """`responses=` of an endpoint: which "no" it may answer, for OpenAPI."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {
        status: {
            "description": " / ".join(k.title for k in kinds if k.status == status),
            "model": ProblemBody,
            "content": content,
        }
        for status in sorted({k.status for k in kinds})
    }
