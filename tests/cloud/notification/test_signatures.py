"""Golden vectors: the signatures as the services themselves compute them."""

from cloud.notification.channels import dingtalk, feishu, webhook


def test_dingtalk() -> None:
    assert dingtalk.sign("SECtest", 1_600_000_000_000) == "J1ROuI0lRhdAs5lXpASksT0u9NwWl4DNkvcHISJRBoY%3D"


def test_feishu() -> None:
    assert feishu.sign("SECtest", 1_600_000_000) == "mhieWnSyoErxMnitRpWy7WiXUgvrgNLx3EOjdVNMVC8="


def test_webhook() -> None:
    """Made with `printf '1600000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`."""
    found = webhook.sign("0123456789abcdef0123456789abcdef", 1_600_000_000, b"{}")
    assert found == "d1bbf9632b391a36d7e03af54296614f2c1f6883f8a13d1d08a50f7e35f8ac72"
