"""Completes what FastAPI says of the app: every problem, both ways to log in, the bodies read by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from cloud.errors import ProblemBody
from facility.event import EventBatch
from facility.inventory import Inventory

REF = "#/components/schemas/{model}"
BY_HAND: Final[Sequence[tuple[type[BaseModel], Literal["validation", "serialization"]]]] = (
    (EventBatch, "validation"),
    (Inventory, "validation"),
    (ProblemBody, "serialization"),
)
"""Bodies that an endpoint reads by itself, so FastAPI does not see them."""
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
_ALWAYS = {"401": "Log in first", "403": "Not allowed", "422": "The content does not fit", "503": "Not now"}


def describe(app: FastAPI) -> None:
    """Make the app describe itself whole."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    _, by_hand = models_json_schema(BY_HAND, ref_template=REF)
    schemas = components.setdefault("schemas", {})
    for name, body in by_hand["$defs"].items():
        schemas.setdefault(name, body)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "gatehouse_session"},
    }
    schema["security"] = [{"bearer": []}, {"session": []}]
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            _answers(path, operation)
    return schema


def _answers(path: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    for status, title in _ALWAYS.items() if path.startswith("/api/v1/") else ():
        answers.setdefault(status, {"description": title})
    for status, answer in answers.items():
        if int(status) >= 400:
            answer["content"] = _PROBLEM
