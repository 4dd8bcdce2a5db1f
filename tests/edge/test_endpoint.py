import pytest

from edge.endpoint import Endpoint
from facility.errors import ConfigError


@pytest.mark.parametrize(
    "url",
    ["https://cloud.example", "http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:2", "http://127.9.9.9"],
)
def test_a_token_may_go_over_tls_or_within_this_machine(url: str) -> None:
    assert Endpoint("cloud", url, lambda: "t").base == url


@pytest.mark.parametrize(
    "url", ["http://cloud.example", "http://10.0.0.1:8000", "http://localhost.example", "http://1.2.3.4"]
)
def test_a_token_never_goes_in_the_clear_unless_told(url: str) -> None:
    with pytest.raises(ConfigError, match="insecure: true"):
        Endpoint("cloud", url, lambda: "t")
    assert Endpoint("cloud", url, lambda: "t", insecure=True).base == url
    assert Endpoint("historian", url).token is None


@pytest.mark.parametrize("url", ["ftp://x", "cloud.example", "http://", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="no address"):
        Endpoint("cloud", url)
