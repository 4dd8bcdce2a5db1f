"""Every "no" of the cloud is said in Chinese and English, and one about a site that is not there is a 404."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloud import errors
from cloud.wording import PATTERNS
from tests.cloud.conftest import House
from tests.cloud.test_users import routes

CLOUD = Path(__file__).resolve().parents[2] / "cloud"
HAN = re.compile("[\u4e00-\u9fff]")
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.Problem)}
KINDS |= {"NotDelivered", "Refused", "NotLookedUp"}
QUOTED = re.compile(r"'[^']*'|`[^`]*`|“[^”]*”|\{[^}]*\}")
LATIN = re.compile(r"[A-Za-z]{3,}")
NAMES = {
    "https", "http", "TLS", "JSON", "UUID", "gzip", "XLSX", "CSV", "PDF", "SVG", "DOCTYPE", "viewBox", "UTF",
    "Authorization", "PNG", "JPEG", "WebP", "kWh", "now",
}  # fmt: skip
"""What a Chinese sentence calls by the same name."""


def texts() -> Iterator[tuple[str, str]]:
    """(file and line, text with {…} for what is filled in) of every "no" whose text stands in the code."""
    for file in sorted(CLOUD.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in KINDS:
                told = [text for each in node.args if (text := _text(each))]
                if told:
                    yield f"{file.relative_to(CLOUD)}:{node.lineno}", " · ".join(told)


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(each) if isinstance(each, ast.Constant) else "{…}" for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_no_is_said_in_both_languages() -> None:
    found = list(texts())
    assert len(found) > 300
    wrong = []
    for where, text in found:
        zh, _, en = text.rpartition(" · ")
        plain = QUOTED.sub("", zh)
        foreign = [word for word in LATIN.findall(plain) if word not in NAMES]
        if text.replace("{…}", "") == " · ":
            continue
        if not HAN.search(zh) or HAN.search(QUOTED.sub("", en)) or foreign:
            wrong.append(f"{where} {text}")
    assert wrong == []


def patterns(part: Any) -> Iterator[str]:
    """Every pattern that a request may have to fit."""
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            yield part["pattern"]
        for each in part.values():
            yield from patterns(each)
    elif isinstance(part, list):
        for each in part:
            yield from patterns(each)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_of_a_site_that_is_not_there_nothing_is_answered(house: House, admin: httpx.AsyncClient) -> None:
    of_a_site = [(method, path) for method, path, _ in routes(house) if "{site}" in path]
    assert len(of_a_site) > 20
    for method, path in of_a_site:
        asked = re.sub(r"\{(?!site)[^}]*\}", "nothing", path).replace("{site}", "nowhere")
        answer = await admin.request(method, asked, json={} if method in {"PUT", "POST"} else None)
        assert (answer.status_code, "没有站点 'nowhere'" in answer.text) == (404, True), (method, path, answer.text)
    unsaid = set(patterns(house.app.openapi())) - PATTERNS.keys()
    assert unsaid == set(), "a pattern is nothing to read"
