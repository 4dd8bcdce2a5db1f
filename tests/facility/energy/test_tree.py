import numpy as np
import pytest

from facility.energy.apportionment import Apportionment, Bearer, split
from facility.energy.formula import combined, parse, resolved
from facility.energy.intervals import QUARTER, Intervals
from facility.energy.quality import AmountQuality
from facility.energy.tree import Node, branches, remainder
from facility.energy.uses import GROUPS, USES, use_of
from facility.words import Text

N = 960
EDGES = QUARTER * np.arange(N + 1, dtype=np.int64)


def quarters(amount: np.ndarray, known: np.ndarray | None = None) -> Intervals:
    known = np.ones(len(amount), np.bool_) if known is None else known
    none = np.zeros(len(amount))
    quality = np.where(known, AmountQuality.MEASURED, AmountQuality.MISSING).astype(np.uint8)
    column = np.where(known, amount, 0).astype(np.int64)
    return Intervals("kW.h", EDGES[: len(amount) + 1], column, quality, known.astype(float), none, none)


@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_meters_with_late_and_missing_children_hide_nothing(seed: int) -> None:
    dice = np.random.default_rng(seed)
    parents = [None, *(int(dice.integers(max(0, n - 30), n)) for n in range(1, 200))]
    true = dice.integers(0, 500_000, (200, N))
    for n in range(199, 0, -1):
        true[parents[n]] += true[n]
    known = blind(dice)
    nodes = [Node(f"m{n}", None if p is None else f"m{p}", "kW.h") for n, p in enumerate(parents)]
    found = branches(nodes, {f"m{n}": quarters(true[n], known[n]) for n in range(200)})
    assert len(found) == 200
    for branch in found:
        n = int(branch.node.id[1:])
        children = [k for k, p in enumerate(parents) if p == n]
        assert branch.total.amount == true[n][known[n]].sum() >= 0
        assert branch.total.coverage == pytest.approx(known[n].mean())
        assert [int(child[1:]) for child in branch.children] == children
        left = branch.remainder
        assert (left is None) == (not children)
        if left is not None:
            together = known[n] & known[children].all(axis=0)
            assert left.left.coverage == pytest.approx(together.mean())
            assert left.left.amount == left.own.amount - left.children.amount >= 0
            assert left.own.amount == true[n][together].sum()
            assert set(left.absent) == {f"m{k}" for k in children if not (known[k] & known[n]).any()}
            assert not left.fault


def blind(dice: np.random.Generator) -> np.ndarray:
    """Three tenths are late: nothing since some time; others have a gap; a few say nothing at all."""
    known = np.ones((200, N), np.bool_)
    for n in range(1, 200):
        if dice.random() < 0.3:
            known[n, int(dice.integers(0, N)) :] = False
        if dice.random() < 0.2:
            begin = int(dice.integers(0, N))
            known[n, begin : begin + int(dice.integers(1, 200))] = False
        if dice.random() < 0.05:
            known[n] = False
    return known


def test_children_that_count_more_than_their_meter_are_a_fault_and_are_not_clipped() -> None:
    found = remainder(quarters(np.full(8, 100)), {"a": quarters(np.full(8, 80)), "b": quarters(np.full(8, 30))})
    assert found.left.amount == -80
    assert found.fault


def test_a_circle_and_a_lost_parent_are_still_shown() -> None:
    one = quarters(np.full(4, 5))
    nodes = [Node("a", "b", "kW.h"), Node("b", "a", "kW.h"), Node("c", "gone", "kW.h"), Node("d", "d", "kW.h")]
    assert {branch.node.id for branch in branches(nodes, dict.fromkeys("abcd", one))} == set("abcd")


def test_another_unit_is_no_part_of_a_remainder() -> None:
    water = quarters(np.full(4, 5))
    object.__setattr__(water, "unit", "m3")
    found = branches([Node("a", None, "kW.h"), Node("w", "a", "m3")], {"a": quarters(np.full(4, 5)), "w": water})
    assert found[0].remainder is None


def test_a_virtual_meter_adds_exactly_and_is_known_where_all_are() -> None:
    known = np.array([True, True, False, True])
    formula = parse("([a] - 0.5*[b]) / 3 + -[c] * 2")
    of = {"a": quarters(np.full(4, 10)), "b": quarters(np.full(4, 4), known), "c": quarters(np.full(4, 1))}
    said = combined(formula, of, "kW.h", EDGES[:5])
    assert said.known.tolist() == known.tolist()
    assert said.amount[known].sum() == pytest.approx(3 * (8 / 3 - 2), abs=2)
    assert not combined(formula, {"a": of["a"]}, "kW.h", EDGES[:5]).known.any(), "a meter of it is gone"


def test_virtual_meters_of_virtual_meters() -> None:
    done = resolved({"x": parse("[a] + [y]"), "y": parse("2 * [b] - [a]")})
    assert {k: str(v) for k, v in done["x"].parts.items()} == {"b": "2"}
    with pytest.raises(ValueError, match="x → y → x"):
        resolved({"x": parse("[y]"), "y": parse("[x]")})


@pytest.mark.parametrize(
    "wrong",
    [
        "", "5", "[a", "[a]]", "[a] [b]", "[a] / [b]", "[a] / 0", "[A]", "a - b", "[a] ** 2", "eval([a])",
        "(" * 99 + "[a]", "1" * 30 + "*[a]", "[a] - [a]",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_with_its_place(wrong: str) -> None:
    with pytest.raises(ValueError, match="公式"):
        parse(wrong)


def rule(key: str, *bearers: Bearer) -> Apportionment:
    told = {"id": "r", "name": Text(zh="分摊", en="Shared"), "meters": ("m",), "key": key, "bearers": bearers}
    return Apportionment.model_validate(told)


def bearer(n: int, **by: object) -> Bearer:
    return Bearer.model_validate({"id": f"b{n}", "name": Text(zh=f"{n}", en=f"{n}"), **by})


def test_what_is_split_is_all_there_again() -> None:
    by_area = rule("area", *(bearer(n, area="33.3333") for n in range(7)))
    parts = split(by_area, 1_000_000, {})
    assert sum(part.amount for part in parts) == 1_000_000
    assert {part.amount for part in parts} == {142_857, 142_858}
    by_use = rule("own_use", bearer(1, meter="x"), bearer(2, meter="y"))
    assert [part.amount for part in split(by_use, 9, {"x": 2, "y": 1})] == [6, 3]
    with pytest.raises(ValueError, match="nobody"):
        split(by_use, 9, {})
    with pytest.raises(ValueError, match="below 0"):
        split(by_area, -1, {})
    with pytest.raises(ValueError, match="needs area of each"):
        rule("area", bearer(1))


def test_every_use_has_a_group_and_both_names() -> None:
    assert {use.group for use in USES.values()} <= set(GROUPS)
    assert use_of("something_else").group == "other"
    assert use_of(None).name.zh == "未分项"
