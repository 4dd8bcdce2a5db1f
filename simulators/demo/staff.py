"""The people of the demo: trades, certificates and wands, who stands where this month, whose lifts these are; and the
address that they tell 119.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

Ask = Callable[[str, str, dict[str, Any] | None], dict[str, Any]]
"""(method, path, body) → what the cloud answers."""
ROOM: Final = (("fire_operator", "zhang.wei"), ("wu.hao", "sun.lei"), ("he.jun", "lin.feng"), ("guo.min", "deng.yu"))
"""The crews of the fire control room: two certified people in each, four shifts of six hours."""
NIGHT: Final = "engineer-night"
ENGINEERS: Final = (("engineer",), (NIGHT,))
TRADES: Final = {
    "engineer": {
        "plumbing": 3, "electrical": 2, "fire": 2, "mechanical": 3, "security": 2, "hvac": 2, "building": 2,
        "general": 3,
    },
    NIGHT: {"plumbing": 2, "electrical": 3, "fire": 2, "mechanical": 2, "security": 2, "general": 2},
    "contractor": {"elevator": 3},
}  # fmt: skip
HELD: Final = {
    "engineer": ("electrician", "fire_facility", "refrigeration"),
    NIGHT: ("electrician", "fire_facility"),
    "contractor": ("elevator",),
    **{person: ("fire_facility",) for crew in ROOM for person in crew},
}
WANDS: Final = {"engineer": "engineer-1", NIGHT: "engineer-2"}
"""Whose patrol wand is which: their rounds through the plant rooms prove an arrival there."""
NAMES: Final = {
    "admin": "系统管理员", "viewer": "访客", "desk": "陈静", "fire_operator": "李强", "guard": "马超",
    "engineer": "周斌", NIGHT: "吴峰", "contractor": "滨江电梯 赵工",
    "energy": "钱敏", "manager": "王建国", "auditor": "孙丽",
    "zhang.wei": "张伟", "wu.hao": "吴浩", "sun.lei": "孙磊", "he.jun": "何军", "lin.feng": "林峰", "guo.min": "郭敏",
    "deng.yu": "邓宇",
}  # fmt: skip
"""What the people of the demo are called; the accounts are named by their roles."""
ADDRESS: Final = {
    "zh": "示范市滨江区演示路 100 号(演示地址)",
    "en": "100 Demo Road, Riverside District, Sample City (demo)",
}
"""What 119 is told first; nobody lives there."""
DAYS: Final = 31
LASTS: Final = timedelta(days=3 * 365)


def staff(ask: Ask, site: str, lifts: list[str], today: date) -> list[dict[str, str]]:
    """Bring the people in where they are not there yet, and the rota up to date; the accounts that were made."""
    known = {each["person"] for each in ask("GET", f"/api/v1/people?site={site}", None)["items"] if each["skills"]}
    made = [] if NIGHT in known else _hire(ask, site, lifts, today)
    _name(ask)
    if any(each["id"] == site and each["address"] is None for each in ask("GET", "/api/v1/sites", None)["items"]):
        ask("PUT", f"/api/v1/sites/{site}/address", ADDRESS)
    room = {"site": site, "post": "control_room", "pattern": "four_shift", "crews": ROOM}
    day_and_night = [{"begin": "08:00", "hours": 12}, {"begin": "20:00", "hours": 12}]
    plant = {"site": site, "post": "engineering", "shifts": day_and_night, "crews": ENGINEERS, "turn": 62}
    yesterday = str(today - timedelta(days=1))
    for rota in (room, plant):
        ask("POST", "/api/v1/rota/patterns", rota | {"first": yesterday, "days": DAYS, "replace": True})
    return made


def _name(ask: Ask) -> None:
    for user in ask("GET", "/api/v1/users", None)["items"]:
        if user["name"] in NAMES and not user["display_name"]:
            told = {"display_name": NAMES[user["name"]], "roles": user["roles"], "disabled": user["disabled"]}
            ask("PUT", f"/api/v1/users/{user['name']}", told)


def _hire(ask: Ask, site: str, lifts: list[str], today: date) -> list[dict[str, str]]:
    there = {each["name"] for each in ask("GET", "/api/v1/users", None)["items"]}
    wanted = {NIGHT: "engineer", **{person: "fire_operator" for crew in ROOM for person in crew}}
    made = [
        ask("POST", "/api/v1/users", {"name": name, "roles": {"*": [role]}}) | {"role": role}
        for name, role in wanted.items()
        if name not in there
    ]
    for person, kinds in HELD.items():
        for number, kind in enumerate(kinds, 1):
            paper = {"person": person, "kind": kind, "number": f"{kind[:2].upper()}-{person[:3].upper()}-{number:04d}"}
            dated = {
                "issued_on": str(today - timedelta(days=400)),
                "expires_on": str(today - timedelta(days=400) + LASTS),
            }
            ask("POST", "/api/v1/certificates", {"site": site} | paper | dated)
    for person, levels in TRADES.items():
        skills = [{"trade": trade, "level": level} for trade, level in levels.items()]
        ask("PUT", f"/api/v1/people/{person}/skills", {"site": site, "skills": skills})
    for person, wand in WANDS.items():
        ask("POST", "/api/v1/badges", {"site": site, "person": person, "guard": wand})
    for number, lift in enumerate(lifts, 1):
        facts = {
            "maker": "滨江电梯", "serial": f"BJ-2019-{number:03d}", "registration": f"梯11浙A{4200 + number}",
            "installed_on": "2019-06-01", "contractor": "contractor",
            "next_inspection_on": str(today + timedelta(days=90 + 30 * number)),
        }  # fmt: skip
        ask("PUT", f"/api/v1/assets/{lift}", {"site": site} | facts)
    return [{key: account[key] for key in ("name", "password", "role")} for account in made]
