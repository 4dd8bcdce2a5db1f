"""Makes the plans of a template for one equipment."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.equipment.store import row_of
from cloud.errors import Conflict, NotFound
from cloud.plans.schemas import ByCalendar, FromTemplate, NewPlan, TemplatePlan
from cloud.plans.store import add_plan, plans
from cloud.plans.templates import TEMPLATES


def from_template(connection: Connection, body: FromTemplate, *, now: int) -> list[str]:
    """The ids of the new plans; those that the equipment has already are left. NotFound, Conflict."""
    template, equipment = TEMPLATES.get(body.template), row_of(connection, body.site, body.equipment)
    if template is None:
        raise NotFound(f"没有模板 {body.template!r} · there is no template {body.template!r}: {', '.join(TEMPLATES)}")
    if equipment is None:
        raise NotFound(f"没有设备 {body.equipment!r} · there is no equipment {body.equipment!r} at {body.site}")
    if equipment["type"] != template.type:
        raise Conflict(
            f"模板 {template.id!r} 适用于 {template.type!r} 类设备,该设备为 {equipment['type']!r} · "
            f"{template.id} is for equipment of the type {template.type!r}, not {equipment['type']!r}"
        )
    there = _there(connection, body)
    wanted = [plan for plan in template.plans if f"{template.id}-{plan.id}" not in there]
    if not wanted:
        raise Conflict(
            f"设备 {body.equipment!r} 已有此模板的全部计划 · {body.equipment} has all plans of {template.id} already"
        )
    return [add_plan(connection, _plan(body, template.id, plan), now=now) for plan in wanted]


def _there(connection: Connection, body: FromTemplate) -> set[str | None]:
    known = (NewPlan.model_validate_json(row["body"]) for row in plans(connection, frozenset({body.site})))
    return {plan.template for plan in known if plan.equipment == body.equipment}


def _plan(body: FromTemplate, template: str, plan: TemplatePlan) -> NewPlan:
    every = ByCalendar(start=body.start, at=body.at, months=plan.months, days=plan.days, ahead=plan.ahead)
    return NewPlan(
        site=body.site,
        equipment=body.equipment,
        name=plan.name,
        trade=plan.trade,
        every=every,
        within=plan.within,
        checklist=plan.checklist,
        template=f"{template}-{plan.id}",
    )
