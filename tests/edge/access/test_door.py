from __future__ import annotations

import pytest

from facility.access import DenialReason, Entrance
from tests.edge.access.stand import Stand


def test_who_is_let_in_goes_in_and_the_door_closes() -> None:
    stand = Stand().let_in().wait(3).stands(open_=False)
    assert stand.wait(60).found == set()


def test_a_door_that_opens_while_locked_without_a_grant_is_forced() -> None:
    stand = Stand().wait(10).stands(open_=True)
    assert stand.wait(1.5).found == set(), "the grant's message may still come"
    assert stand.wait(1).found == {"forced_open"}
    assert stand.stands(open_=False).wait(10).found == set()


def test_a_forced_door_that_is_closed_at_once_is_told_all_the_same() -> None:
    stand = Stand().wait(10).stands(open_=True).wait(0.5).stands(open_=False)
    assert stand.wait(2).found == {"forced_open"}


def test_a_grant_that_comes_after_the_door_excuses_it() -> None:
    stand = Stand().wait(10).stands(open_=True).wait(1).granted(ago=2)
    assert stand.wait(5).found == set()


def test_an_old_grant_excuses_nothing() -> None:
    stand = Stand().granted().wait(9).stands(open_=True)
    assert stand.wait(3).found == {"forced_open"}


@pytest.mark.parametrize("how", [{"locked": False}, {"locked": None}, {"egress": True}, {"free": True}])
def test_unlocked_from_within_or_free_is_not_forced(how: dict[str, bool]) -> None:
    stand = Stand().wait(10).stands(open_=True, **how)
    assert "forced_open" not in stand.wait(4).found


def test_without_messages_only_the_controller_knows_what_is_forced() -> None:
    stand = Stand(tells_grants=False).wait(10).stands(open_=True)
    assert stand.wait(4).found == set()
    assert stand.stands(open_=True, forced=True).found == {"forced_open"}


def test_what_happened_while_nobody_saw_the_door_is_not_forced() -> None:
    stand = Stand().wait(10)
    stand.restart()
    assert stand.stands(open_=True).wait(4).found == set()
    stand.stands(open_=None).wait(3).stands(open_=False).stands(open_=None).stands(open_=True)
    assert stand.wait(4).found == set()


def test_held_open_with_a_warning_before_it_without_any_message() -> None:
    stand = Stand().let_in()
    assert stand.wait(18.5).found == set()
    assert stand.wait(1).found == {"held_open_soon"}
    assert stand.wait(9.5).found == {"held_open_soon", "held_open"}
    assert stand.stands(open_=False).found == set()


def test_a_door_that_is_open_over_a_restart_is_held_open_in_time() -> None:
    stand = Stand().let_in().wait(25)
    stand.restart()
    assert stand.found == set(), "not known before it is heard"
    assert stand.stands(open_=True).wait(4.5).found == {"held_open_soon", "held_open"}


def test_nothing_is_held_open_while_it_is_free_and_it_counts_anew_from_its_end() -> None:
    stand = Stand().stands(open_=True, free=True).wait(600)
    assert stand.found == set()
    stand.stands(open_=True, locked=False)
    assert stand.wait(29).found == {"held_open_soon"}
    assert stand.wait(1).found == {"held_open_soon", "held_open"}


def test_moving_mode_ends_on_time_also_over_a_restart() -> None:
    stand = Stand()
    stand.door.set_free(stand.now + 600 * 10**9, stand.now)
    stand.let_in().passed().passed()
    assert stand.wait(100).found == set()
    stand.restart()
    stand.stands(open_=True).wait(490)
    assert stand.found == set()
    assert stand.wait(39).found == {"held_open_soon", "held_open"}


def test_moving_mode_can_be_ended() -> None:
    stand = Stand()
    stand.door.set_free(stand.now + 600 * 10**9, stand.now)
    stand.stands(open_=True, locked=False).wait(100)
    stand.door.set_free(0, stand.now)
    assert stand.wait(31).found == {"held_open_soon", "held_open"}


def test_two_on_one_grant_are_tailgating() -> None:
    assert Stand().let_in().passed().found == {"tailgating"}


def test_two_on_two_grants_are_not_nor_is_who_goes_out_beside_who_comes_in() -> None:
    assert Stand().granted().let_in().passed().found == set()
    assert Stand().let_in().passed("out").found == set()


def test_of_unknown_direction_only_the_second_on_an_opening_is_tailgating() -> None:
    assert Stand().passed(None).found == set()
    stand = Stand().granted(None).wait(1).passed(None)
    assert stand.found == set()
    assert stand.passed(None).found == {"tailgating"}


def test_a_grant_that_nobody_used_is_gone_with_its_opening() -> None:
    stand = Stand().granted().wait(1).stands(open_=True, locked=False).wait(2).stands(open_=False).wait(10)
    assert stand.passed().found == {"tailgating"}


def test_the_controller_may_say_it_itself() -> None:
    assert Stand(tells_grants=False).passed(said=True).found == {"tailgating"}
    assert Stand(tells_grants=False).passed().found == set()


def test_a_pedestrian_counts_in_the_vehicle_lane_only() -> None:
    assert Stand(Entrance.VEHICLE_LANE).passed().found == {"pedestrian"}
    assert Stand(Entrance.VEHICLE_LANE).granted().passed(kind="vehicle").found == set()
    assert Stand().granted().passed().found == set()


def test_two_cars_on_one_grant_are_tailgating() -> None:
    stand = Stand(Entrance.VEHICLE_LANE).granted().wait(1).passed(kind="vehicle").passed(kind="vehicle")
    assert stand.found == {"tailgating"}


def test_five_wrong_tries_alarm_and_only_who_comes_in_tries() -> None:
    stand = Stand()
    for _ in range(4):
        stand.denied().wait(1)
    stand.denied(direction="out").denied("lockout")
    assert stand.found == set()
    assert stand.denied().found == {"wrong_tries"}
    assert stand.wait(300).found == set()


def test_an_expired_card_is_n_in_t_of_its_own() -> None:
    stand = Stand().denied("credential_expired").denied("credential_expired")
    assert stand.found == set()
    assert stand.denied("credential_expired").found == {"expired_card"}


def test_let_in_by_hand_twice_is_told() -> None:
    stand = Stand().granted(credential="remote")
    assert stand.found == set()
    assert stand.wait(30).granted(credential="remote").found == {"opened_by_hand"}


def test_what_is_told_long_after_goes_into_the_record_only() -> None:
    stand = Stand(Entrance.VEHICLE_LANE).passed(ago=400)
    assert stand.found == set()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("denied-credential-expired", DenialReason.CREDENTIAL_EXPIRED),
        ("Unknown Credential", DenialReason.UNKNOWN_CREDENTIAL),
        ("<script>", DenialReason.OTHER),
        ("", DenialReason.OTHER),
    ],
)
def test_a_denial_has_bacnet_s_words(said: str, meant: DenialReason) -> None:
    assert DenialReason.of(said) is meant
