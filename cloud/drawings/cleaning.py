"""Cleans an SVG drawing: only elements and attributes of the lists are kept, and every id gets our prefix.

Nothing of a drawing runs, loads, links or styles: no script, no handler, no style, no address but `#local`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from cloud.errors import Unprocessable

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "{http://www.w3.org/1999/xlink}href"
PREFIX: Final = "drawing-"
"""Of every id: a drawing's `main` must not be the page's."""
MOST_ELEMENTS: Final = 20_000
MOST_BYTES: Final = 2 * 1024 * 1024
DEEPEST: Final = 64
ELEMENTS: Final = frozenset((
    "svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "title", "desc", "clipPath",
))  # fmt: skip
ATTRIBUTES: Final = frozenset((
    "viewBox", "preserveAspectRatio", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx",
    "ry", "d", "points", "transform", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width",
    "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "opacity", "clip-path", "clip-rule",
    "font-size", "font-weight", "font-family", "text-anchor", "dominant-baseline", "dx", "dy", "data-equipment",
    "data-place",
))  # fmt: skip
NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
LOCAL: Final = re.compile(r"#([A-Za-z0-9_.:-]{1,100})")
PAINT: Final = re.compile(r"url\(\s*['\"]?#([A-Za-z0-9_.:-]{1,100})['\"]?\s*\)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The drawing as it is kept, and what was left out of it: name → how often."""

    svg: str
    removed: dict[str, int]


def clean(text: str) -> Cleaned:
    """Unprocessable where it is no SVG, too large, or has a document type (which could hold entities)."""
    if len(text.encode()) > MOST_BYTES:
        raise Unprocessable(f"图纸超过 {MOST_BYTES >> 20} MB · the drawing is over {MOST_BYTES >> 20} MB: simplify it")
    root = _parsed(text)
    if _name(root.tag) != "svg":
        raise Unprocessable("这不是 SVG 图纸 · this is no SVG drawing: its outermost element must be <svg>")
    if not root.get("viewBox"):
        root.set("viewBox", _box(root))
    removed: Counter[str] = Counter()
    ET.register_namespace("", SVG)
    kept = _kept(root, removed, 0)
    return Cleaned(ET.tostring(kept, encoding="unicode"), dict(removed))


def _parsed(text: str) -> ET.Element:
    parser = expat.ParserCreate(namespace_separator="}")
    builder = ET.TreeBuilder()
    seen = 0

    def begun(tag: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        if seen > MOST_ELEMENTS:
            raise Unprocessable(f"图纸元素过多 · over {MOST_ELEMENTS} elements: simplify the drawing")
        builder.start(_full(tag), {_full(name): value for name, value in attributes.items()})

    def typed(*_: object) -> None:
        raise Unprocessable("图纸不得含 DOCTYPE · the drawing has a DOCTYPE: save it as plain SVG")

    parser.StartElementHandler = begun
    parser.EndElementHandler = lambda tag: builder.end(_full(tag))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = typed
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat takes no keyword
        return builder.close()
    except expat.ExpatError as error:
        raise Unprocessable(f"图纸无法解析 · the drawing is no well-formed XML: {error}") from None


def _full(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _name(tag: str) -> str:
    """The name of an element of SVG (or of none); empty for those of other namespaces."""
    space, _, name = tag.rpartition("}")
    return name if space in {"", f"{{{SVG}"} else ""


def _box(root: ET.Element) -> str:
    sides = [re.match(r"\s*([0-9.]+)", root.get(side, "")) for side in ("width", "height")]
    width, height = (side.group(1) if side else "" for side in sides)
    if not width or not height:
        raise Unprocessable("图纸缺少 viewBox · the drawing has neither a viewBox nor width and height: add one")
    return f"0 0 {width} {height}"


def _kept(element: ET.Element, removed: Counter[str], depth: int) -> ET.Element:
    own = ET.Element(f"{{{SVG}}}{_name(element.tag)}", _attributes(element, removed, depth))
    own.text, own.tail = element.text, element.tail
    for child in element:
        if _name(child.tag) in ELEMENTS and depth < DEEPEST:
            own.append(_kept(child, removed, depth + 1))
        else:
            removed[f"<{child.tag.rpartition('}')[2]}>"] += 1
            _keep_tail(own, child.tail)
    return own


def _keep_tail(own: ET.Element, tail: str | None) -> None:
    if len(own):
        own[-1].tail = (own[-1].tail or "") + (tail or "")
    else:
        own.text = (own.text or "") + (tail or "")


def _attributes(element: ET.Element, removed: Counter[str], depth: int) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in element.items():
        if depth == 0 and name in {"width", "height"}:
            continue
        for part, said in _declared(value) if name == "style" else [(name, value)]:
            clean_value = _value(part, said)
            if clean_value is None:
                removed[part.rpartition("}")[2]] += 1
            else:
                kept["href" if part == XLINK else part] = clean_value
    return kept


def _declared(style: str) -> list[tuple[str, str]]:
    """A style, which the pages' policy forbids, as the attributes that mean the same."""
    pairs = (part.partition(":") for part in style.split(";"))
    return [(name.strip(), value.strip()) for name, _, value in pairs if name.strip()]


def _value(name: str, value: str) -> str | None:
    if name == "id":
        return PREFIX + value if NAME.fullmatch(value) else None
    if name in {"href", XLINK}:
        local = LOCAL.fullmatch(value.strip())
        return f"#{PREFIX}{local.group(1)}" if local else None
    if name not in ATTRIBUTES:
        return None
    value = PAINT.sub(rf"url(#{PREFIX}\1)", value)
    rest = value.replace(f"url(#{PREFIX}", "")
    return None if "url" in rest.lower() or "\\" in rest or "javascript" in rest.lower() else value
