"""The formula of a virtual meter: meters in brackets, added, subtracted, and multiplied by plain numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from facility.energy.intervals import I8, Intervals
from facility.energy.quality import AmountQuality

_SIGN: Final = re.compile(
    r"\s*(?:(?P<meter>\[[a-z0-9][a-z0-9_-]{0,63}\])|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[-+*/()]))"
)
DEEPEST: Final = 50
MOST_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Formula:
    """So many times each meter. Nothing else can be written: what meters count is only ever added up."""

    parts: Mapping[str, Fraction]

    def __str__(self) -> str:
        return " + ".join(f"{share} × [{meter}]" for meter, share in self.parts.items())


def parse(text: str) -> Formula:
    """`[meter-main] - 0.5 * ([meter-lifts] + [meter-pumps])`. ValueError says what is wrong, and where."""
    terms = _Reader(text).whole()
    if terms.get(""):
        raise ValueError(f"公式里有单独的数字 · {text!r} adds a plain number to what meters count: multiply it instead")
    parts = {meter: share for meter, share in terms.items() if meter and share}
    if not parts:
        raise ValueError(f"公式里没有表 · {text!r} names no meter: write [meter-main] - [meter-lifts]")
    return Formula(parts)


class _Reader:
    """Recursive descent; a value is so many times each meter, and a plain number under the name ''."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._signs: list[tuple[str, str, int]] = []
        at = 0
        while text[at:].strip():
            found = _SIGN.match(text, at)
            if found is None:
                raise self._wrong("无法识别", "can't be read", at)
            kind = str(found.lastgroup)
            if len(found[kind]) > MOST_DIGITS and kind == "number":
                raise self._wrong("数字过长", "is too long a number", found.start(kind))
            self._signs.append((kind, found[kind], found.start(kind)))
            at = found.end()
        self._place = 0
        self._depth = 0

    def whole(self) -> dict[str, Fraction]:
        value = self._sum()
        if self._place < len(self._signs):
            raise self._wrong("多余,或前面缺少运算符", "is one too many", self._signs[self._place][2])
        return value

    def _sum(self) -> dict[str, Fraction]:
        value = self._product()
        while (sign := self._next("+", "-")) is not None:
            other = self._product()
            for name, share in other.items():
                value[name] = value.get(name, Fraction(0)) + (share if sign == "+" else -share)
        return value

    def _product(self) -> dict[str, Fraction]:
        value = self._one()
        while (sign := self._next("*", "/")) is not None:
            at = self._signs[self._place - 1][2]
            other = self._one()
            if sign == "/":
                if set(other) - {""} or not other.get(""):
                    raise self._wrong(
                        "只能除以大于零的数字", "divides by something that is no plain number above 0", at
                    )
                value = {name: share / other[""] for name, share in value.items()}
            elif not set(other) - {""}:
                value = {name: share * other.get("", Fraction(0)) for name, share in value.items()}
            elif not set(value) - {""}:
                value = {name: share * value.get("", Fraction(0)) for name, share in other.items()}
            else:
                zh = "两块表不能相乘,表只能乘以数字"
                raise self._wrong(zh, "multiplies two meters: only numbers can be multiplied with a meter", at)
        return value

    def _one(self) -> dict[str, Fraction]:
        if self._place >= len(self._signs):
            raise self._wrong("公式没有写完", "ends too early", len(self._text))
        kind, word, at = self._signs[self._place]
        self._place += 1
        if kind == "meter":
            return {word[1:-1]: Fraction(1)}
        if kind == "number":
            return {"": Fraction(word)}
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong("括号层数过多", "is nested too deep", at)
        if word == "-":
            return {name: -share for name, share in self._one().items()}
        if word == "(":
            value = self._sum()
            if self._next(")") is None:
                raise self._wrong("括号没有闭合", "is never closed", at)
            return value
        raise self._wrong("此处应为表、数字或左括号", "stands where a meter, a number or ( belongs", at)

    def _next(self, *signs: str) -> str | None:
        if self._place < len(self._signs) and self._signs[self._place][1] in signs:
            self._place += 1
            return self._signs[self._place - 1][1]
        return None

    def _wrong(self, zh: str, en: str, at: int) -> ValueError:
        rest = self._text[at : at + 12].strip() or self._text[-12:]
        return ValueError(f"公式第 {at + 1} 个字符处:{zh} · at character {at + 1} of the formula {rest!r} {en}")


def resolved(formulas: Mapping[str, Formula]) -> dict[str, Formula]:
    """Each virtual meter in meters that are none. ValueError names the circle where one needs itself."""
    done: dict[str, Formula] = {}

    def resolve(meter: str, way: tuple[str, ...]) -> Formula:
        if meter in way:
            raise ValueError(f"公式循环引用 · the formulas run in a circle: {' → '.join((*way, meter))}")
        if meter not in done:
            parts: dict[str, Fraction] = {}
            for name, share in formulas[meter].parts.items():
                inner = resolve(name, (*way, meter)).parts if name in formulas else {name: Fraction(1)}
                for each, times in inner.items():
                    parts[each] = parts.get(each, Fraction(0)) + share * times
            done[meter] = Formula({name: share for name, share in parts.items() if share})
        return done[meter]

    for meter in formulas:
        resolve(meter, ())
    return done


def combined(formula: Formula, of: Mapping[str, Intervals], unit: str, edges: I8) -> Intervals:
    """What the virtual meter counts: known only where all of its meters are; the worst quality of them holds.

    Amounts may be negative: that says that its meters contradict each other, and is left to be seen.
    """
    known = np.ones(len(edges) - 1, np.bool_)
    quality = np.zeros(len(edges) - 1, np.uint8)
    before, after = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1)
    amount = np.zeros(len(edges) - 1, np.int64)
    for meter, share in formula.parts.items():
        one = of.get(meter)
        if one is None or one.unit != unit:
            return Intervals.missing(unit, edges)
        known &= one.coverage >= 1
        quality = np.maximum(quality, one.quality)
        before, after = before + abs(float(share)) * one.before, after + abs(float(share)) * one.after
        amount = amount + _times(np.where(one.known, one.amount, 0), share)
    none = np.zeros(len(edges) - 1)
    return Intervals(
        unit,
        edges,
        np.where(known, amount, 0),
        np.where(known, quality, AmountQuality.MISSING).astype(np.uint8),
        known.astype(np.float64),
        np.where(known, before, none),
        np.where(known, after, none),
    )


def _times(amount: I8, share: Fraction) -> I8:
    """Rounded in the running sum, so that the parts add up."""
    if share.denominator == 1:
        return amount * share.numerator
    sums = np.array([0, *(round(total * share) for total in np.cumsum(amount).tolist())], np.int64)
    return sums[1:] - sums[:-1]
