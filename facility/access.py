"""Access: what sort of entrance a door is, why somebody is refused (BACnet's list), and what a door's watch finds."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Entrance(StrEnum):
    """What lies behind a door: at some a tailgater is a record, at others an alarm (domain.md §7)."""

    LOBBY = "lobby"
    GARAGE_LOBBY = "garage_lobby"
    """From the garage to a lift lobby: nobody sees who comes."""
    PLANT_ROOM = "plant_room"
    VEHICLE_LANE = "vehicle_lane"
    PERIMETER = "perimeter"


class DoorFinding(StrEnum):
    """What the watch of a door finds by the clock or by counting."""

    HELD_OPEN_SOON = "held_open_soon"
    HELD_OPEN = "held_open"
    FORCED_OPEN = "forced_open"
    TAILGATING = "tailgating"
    PEDESTRIAN = "pedestrian"
    EXPIRED_CARD = "expired_card"
    WRONG_TRIES = "wrong_tries"
    OPENED_BY_HAND = "opened_by_hand"


class DenialReason(StrEnum):
    """BACnetAccessEvent's denials (ASHRAE 135, clause 21), without their `denied-`."""

    DENY_ALL = "deny_all"
    UNKNOWN_CREDENTIAL = "unknown_credential"
    AUTHENTICATION_UNAVAILABLE = "authentication_unavailable"
    AUTHENTICATION_FACTOR_TIMEOUT = "authentication_factor_timeout"
    INCORRECT_AUTHENTICATION_FACTOR = "incorrect_authentication_factor"
    ZONE_NO_ACCESS_RIGHTS = "zone_no_access_rights"
    POINT_NO_ACCESS_RIGHTS = "point_no_access_rights"
    NO_ACCESS_RIGHTS = "no_access_rights"
    OUT_OF_TIME_RANGE = "out_of_time_range"
    THREAT_LEVEL = "threat_level"
    PASSBACK = "passback"
    UNEXPECTED_LOCATION_USAGE = "unexpected_location_usage"
    MAX_ATTEMPTS = "max_attempts"
    LOWER_OCCUPANCY_LIMIT = "lower_occupancy_limit"
    UPPER_OCCUPANCY_LIMIT = "upper_occupancy_limit"
    AUTHENTICATION_FACTOR_LOST = "authentication_factor_lost"
    AUTHENTICATION_FACTOR_STOLEN = "authentication_factor_stolen"
    AUTHENTICATION_FACTOR_DAMAGED = "authentication_factor_damaged"
    AUTHENTICATION_FACTOR_DESTROYED = "authentication_factor_destroyed"
    AUTHENTICATION_FACTOR_DISABLED = "authentication_factor_disabled"
    AUTHENTICATION_FACTOR_ERROR = "authentication_factor_error"
    CREDENTIAL_UNASSIGNED = "credential_unassigned"
    CREDENTIAL_NOT_PROVISIONED = "credential_not_provisioned"
    CREDENTIAL_NOT_YET_ACTIVE = "credential_not_yet_active"
    CREDENTIAL_EXPIRED = "credential_expired"
    CREDENTIAL_MANUAL_DISABLE = "credential_manual_disable"
    CREDENTIAL_LOCKOUT = "credential_lockout"
    CREDENTIAL_MAX_DAYS = "credential_max_days"
    CREDENTIAL_MAX_USES = "credential_max_uses"
    CREDENTIAL_INACTIVITY = "credential_inactivity"
    CREDENTIAL_DISABLED = "credential_disabled"
    NO_ACCOMPANIMENT = "no_accompaniment"
    INCORRECT_ACCOMPANIMENT = "incorrect_accompaniment"
    LOCKOUT = "lockout"
    VERIFICATION_FAILED = "verification_failed"
    VERIFICATION_TIMEOUT = "verification_timeout"
    OTHER = "other"

    @classmethod
    def of(cls, text: str) -> DenialReason:
        """What a controller calls `denied-credential-expired` or `Credential Expired`; OTHER for what is unknown."""
        word = text.strip().lower().replace("-", "_").replace(" ", "_").removeprefix("denied_")
        return cls(word) if word in cls._value2member_map_ else cls.OTHER


NO_TRIES: Final = frozenset(
    {
        DenialReason.DENY_ALL,
        DenialReason.AUTHENTICATION_UNAVAILABLE,
        DenialReason.THREAT_LEVEL,
        DenialReason.LOWER_OCCUPANCY_LIMIT,
        DenialReason.UPPER_OCCUPANCY_LIMIT,
        DenialReason.LOCKOUT,
        DenialReason.VERIFICATION_TIMEOUT,
    }
)
"""The door's own state, not a wrong try of who stands before it."""
