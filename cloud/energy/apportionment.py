"""公摊 of a stretch of time: the rule, what was split, and what each bears, with its basis."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from cloud.energy.amounts import amounts_of
from cloud.energy.month import together
from cloud.energy.schemas import Amount, Sum, sum_of
from cloud.errors import NotFound, Unfit, Unprocessable
from cloud.meters.facts import MeterFacts, above
from cloud.meters.tables import APPORTIONMENT
from cloud.wire import Moment
from facility.energy.apportionment import KEYS, Apportionment, needed, split
from facility.energy.intervals import Intervals, Total, exact
from facility.energy.tree import remainder
from facility.words import Frozen, Text


class Bears(Frozen):
    """What one bears."""

    bearer: str
    name: Text
    basis: str
    """As a decimal: m², amount of its own, shares, or 1."""
    part: float
    amount: Amount


class Apportioned(Frozen):
    """A rule carried out; `parts` is empty with a `refused` where it can't be."""

    site: str
    rule: Apportionment
    says: Text
    """The key in words."""
    start: Moment
    end: Moment
    unit: str
    whole: Sum
    """What was split: the known amount, with the share of the time that is known."""
    parts: tuple[Bears, ...]
    refused: str | None


def rules(connection: Connection, site: str) -> dict[str, Apportionment]:
    """Of a site, by id."""
    a = APPORTIONMENT.c
    rows = connection.execute(select(a.id, a.body).where(a.site == site).order_by(a.id))
    return {row.id: Apportionment.model_validate_json(row.body) for row in rows}


def put_rule(connection: Connection, site: str, rule: Apportionment, *, by: str, now: int) -> None:
    """Set it, in place of the one before."""
    remove_rule(connection, site, rule.id)
    row = {"site": site, "id": rule.id, "body": rule.model_dump_json(), "updated_at": now, "updated_by": by[:64]}
    connection.execute(insert(APPORTIONMENT), row)


def remove_rule(connection: Connection, site: str, id: str) -> bool:
    """False where there is none."""
    a = APPORTIONMENT.c
    return connection.execute(delete(APPORTIONMENT).where(a.site == site, a.id == id)).rowcount > 0


def check_rule(meters: Mapping[str, MeterFacts], rule: Apportionment) -> str:
    """The unit that it splits; Unprocessable where a meter is not there, is split twice, or they count other things."""
    wanted = [*rule.meters, *(b.meter for b in rule.bearers if b.meter is not None)]
    if unknown := sorted({id for id in wanted if id not in meters}):
        raise Unprocessable(
            f"没有这些表:{', '.join(unknown[:10])} · there are no such meters: {', '.join(unknown[:10])}"
        )
    _check_twice(meters, rule)
    units = sorted({meters[id].unit for id in [*rule.meters, *needed(rule)]})
    if len(units) > 1:
        raise Unprocessable(
            f"单位不同({'、'.join(units)}),不能一起分摊 · "
            f"they count {', '.join(units)}: split each by a rule of its own"
        )
    return units[0]


def _check_twice(meters: Mapping[str, MeterFacts], rule: Apportionment) -> None:
    if twice := sorted({id for id in rule.meters if rule.meters.count(id) > 1}):
        raise Unfit(f"待分摊的表重复:{', '.join(twice)} · there twice: {', '.join(twice)}", where="meters")
    if rule.remainder:
        return
    for id in rule.meters:
        over = next((each.id for each in above(meters, id) if each.id in rule.meters), None)
        if over is not None:
            raise Unfit(
                f"{id!r} 已包含在上级 {over!r} 内,会被分摊两次 · "
                f"{id} lies below {over}, it would be split twice: take one of them out",
                where="meters",
            )


def apportioned(
    connection: Connection, site: str, meters: Mapping[str, MeterFacts], id: str, start: int, end: int
) -> Apportioned:
    """One rule over [start, end), both on a quarter hour. NotFound."""
    rule = rules(connection, site).get(id)
    if rule is None:
        raise NotFound(f"没有分摊规则 {id!r} · there is no apportionment {id!r} at {site}")
    return carried_out(connection, site, meters, rule, start, end)


def carried_out(
    connection: Connection, site: str, meters: Mapping[str, MeterFacts], rule: Apportionment, start: int, end: int
) -> Apportioned:
    """A rule, kept or not, over [start, end). Unprocessable for one that does not fit the meters."""
    unit = check_rule(meters, rule)
    below = {m: [c.id for c in meters.values() if c.parent == m and c.unit == unit] for m in rule.meters}
    wanted = {*rule.meters, *needed(rule), *(c for ids in below.values() for c in ids if rule.remainder)}
    amounts = amounts_of(connection, meters, sorted(wanted), start, end)
    whole = together(unit, [_of(amounts, m, below[m] if rule.remainder else []) for m in rule.meters])
    own = {m: amounts[m].total().amount for m in needed(rule)}
    parts: tuple[Bears, ...] = ()
    refused = None
    try:
        if whole.coverage <= 0:
            raise ValueError("没有数据 · nothing is known of what is to be split")
        parts = tuple(
            Bears(
                bearer=part.bearer.id,
                name=part.bearer.name,
                basis=f"{float(part.basis / (10**6 if rule.key == 'own_use' else 1)):.6g}",
                part=round(float(part.part), 9),
                amount=exact(part.amount),
            )
            for part in split(rule, whole.amount, own)
        )
    except ValueError as error:
        refused = str(error)
    return Apportioned(
        site=site,
        rule=rule,
        says=KEYS[rule.key],
        start=start,
        end=end,
        unit=unit,
        whole=sum_of(whole),
        parts=parts,
        refused=refused,
    )


def _of(amounts: Mapping[str, Intervals], meter: str, children: list[str]) -> Total:
    if not children:
        return amounts[meter].total()
    return remainder(amounts[meter], {child: amounts[child] for child in children}).left
