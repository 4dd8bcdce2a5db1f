import signal

import pytest

from tests.end_to_end.delivered import events_missing
from tests.end_to_end.estate import Estate
from tests.end_to_end.outage import alarms_missing, away, caught_up, samples_missing, short_faults


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_an_outage_is_lost_or_doubled_and_polling_goes_on(estate: Estate, how: signal.Signals) -> None:
    outage = away(estate, 6.0, how, short_faults(estate, 8))
    caught_up(estate)
    assert outage.unpolled() == []
    assert len(outage.polls) > 10
    assert len(outage.stored) > 100
    assert events_missing(estate) == []
    assert alarms_missing(estate, outage) == []
    assert samples_missing(estate, outage) == []
