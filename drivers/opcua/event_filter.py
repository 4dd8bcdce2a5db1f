"""Which events are asked for, and which of their fields."""

from __future__ import annotations

from typing import Any, Final

from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds

from drivers.opcua.guard import CONDITION_TYPE

_BASE, _CONDITION, _ACKNOWLEDGEABLE, _ALARM, _SYSTEM = 2041, 2782, 2881, 2915, 2130
REFRESH_END: Final = 2788
AGAIN: Final = (2789, 3035)
"""RefreshRequiredEventType, EventQueueOverflowEventType: what we know may no longer be so."""
FIELDS: Final[dict[str, tuple[int, tuple[str, ...]]]] = {
    "type": (_BASE, ("EventType",)),
    "source": (_BASE, ("SourceNode",)),
    "time": (_BASE, ("Time",)),
    "message": (_BASE, ("Message",)),
    "severity": (_BASE, ("Severity",)),
    "name": (_CONDITION, ("ConditionName",)),
    "branch": (_CONDITION, ("BranchId",)),
    "retain": (_CONDITION, ("Retain",)),
    "quality": (_CONDITION, ("Quality",)),
    "enabled": (_CONDITION, ("EnabledState", "Id")),
    "active": (_ALARM, ("ActiveState", "Id")),
    "acked": (_ACKNOWLEDGEABLE, ("AckedState", "Id")),
    "confirmed": (_ACKNOWLEDGEABLE, ("ConfirmedState", "Id")),
    "suppressed": (_ALARM, ("SuppressedState", "Id")),
}
"""Our name → the type that has the field, and the field's path (Part 9, 5.5 to 5.8)."""


def event_filter(*, narrow: bool) -> ua.EventFilter:
    """Conditions and what is told of a refresh; not `narrow`: every event, of a server that can't choose."""
    out = ua.EventFilter()
    out.SelectClauses = [_clause(of, path) for of, path in FIELDS.values()]
    if narrow:
        either = ua.ContentFilterElement()
        either.FilterOperator = ua.FilterOperator.Or
        either.FilterOperands = [_element(1), _element(2)]
        out.WhereClause.Elements = [either, _of_type(CONDITION_TYPE), _of_type(_id(_SYSTEM))]
    return out


def fields_of(event: Any) -> dict[str, Any]:
    """The fields of one event by our names."""
    return dict(zip(FIELDS, [v.Value for v in event.EventFields], strict=False))


def _id(number: int) -> ua.NodeId:
    return ua.NodeId(ua.Int32(number), ua.Int16(0))


def _clause(of: int, path: tuple[str, ...]) -> ua.SimpleAttributeOperand:
    clause = ua.SimpleAttributeOperand()
    clause.TypeDefinitionId = _id(of)
    clause.BrowsePath = [ua.QualifiedName(name, ua.UInt16(0)) for name in path]
    clause.AttributeId = AttributeIds.Value
    return clause


def _element(index: int) -> Any:
    operand = ua.ElementOperand()
    operand.Index = ua.UInt32(index)
    return operand


def _of_type(type_: ua.NodeId) -> ua.ContentFilterElement:
    element = ua.ContentFilterElement()
    element.FilterOperator = ua.FilterOperator.OfType
    literal: Any = ua.LiteralOperand()
    literal.Value = ua.Variant(type_)
    element.FilterOperands = [literal]
    return element
