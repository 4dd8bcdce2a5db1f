"""Which addresses may be posted to: https, resolved once and pinned, nothing inside our own walls unless listed."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from cloud.errors import Unprocessable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host, port) → addresses."""
_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""The only part of IPv6 that is given out to the public internet."""
_PORTS: Final = range(1, 65_536)


class Refused(Unprocessable):
    """This address may not be posted to."""

    kind, title, zh = "target-refused", "This address may not be posted to", "不允许发送到此地址"


class NotLookedUp(Refused):
    """Its name has no address just now."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A target whose address was looked up once: whoever answers DNS later can't move it."""

    url: str
    """As it was given."""
    host: str
    port: int
    address: str
    secure: bool


@dataclass(frozen=True, slots=True)
class Guard:
    """What an installation lists beyond the public internet: host names, addresses and networks."""

    listed: frozenset[str] = frozenset()

    async def pin(self, url: str, resolve: Resolve | None = None) -> Pinned:
        """Resolve the target and hold it to its address. Raises Refused; opens no socket to the target."""
        parts = self._written(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        found = [host] if _address(host) else await (resolve or _resolve)(host, port)
        if not found:
            raise Refused(f"{host} 没有地址,请检查域名 · {host} has no address: is the name right?")
        for each in found:
            self._check(host, each)
        return Pinned(url, host, port, found[0], parts.scheme == "https")

    async def expect(self, url: str, resolve: Resolve | None = None, patience: float = 2.0) -> None:
        """Refused where `pin` would refuse it for what it is; a name that can't be looked up just now may be right."""
        parts = self._written(url)
        host, port = parts.hostname or "", parts.port or 443
        try:
            async with asyncio.timeout(patience):
                found = [host] if _address(host) else await (resolve or _resolve)(host, port)
        except (TimeoutError, NotLookedUp):
            return
        for each in found:
            self._check(host, each)

    def _written(self, url: str) -> SplitResult:
        parts = _split(url)
        if parts.scheme != "https" and parts.hostname not in self.listed:
            raise Refused(
                f"{parts.hostname}:只允许 https;确需 http 的主机须由安装人员列入允许名单 · "
                f"{parts.hostname}: only https is posted to; list the host (--allow-target) where it has none"
            )
        return parts

    def _check(self, host: str, text: str) -> None:
        address = _address(text)
        if address is None:
            raise Refused(f"{host} 解析出的不是地址:{text!r} · {host}: {text!r} is no address")
        if not (host in self.listed or self._inside_list(address) or _public(address)):
            raise Refused(
                f"{host} 指向 {address},不在公网;确需发送须由安装人员列入允许名单 · "
                f"{host} is {address}, which is not on the public internet: list it (--allow-target)"
            )

    def _inside_list(self, address: Address) -> bool:
        return any(_within(address, entry) for entry in self.listed)


def _split(url: str) -> SplitResult:
    """The parts of a plain absolute URL; Refused for what different readers would read differently."""
    if not url.isascii() or any(c <= " " or c in '\\"<>^`{|}\x7f' for c in url):
        raise Refused(
            "地址中有不允许的字符,请只用英文字母、数字和常用符号 · "
            "the address has a character that does not belong there; write it in plain ASCII"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(f"地址无法识别 · the address can't be read: {str(error)!r}") from None
    if parts.scheme not in {"http", "https"}:
        raise Refused("地址须以 https:// 开头 · the address must begin with https://")
    if parts.username is not None or parts.password is not None:
        raise Refused(
            "地址中不得写用户名或密码,请使用密钥一栏 · "
            "no user or password stands in the address, where everybody reads it: use the secret instead"
        )
    if not parts.hostname:
        raise Refused("地址中缺少主机名 · the address must name a host")
    if port is not None and port not in _PORTS:
        raise Refused(f"端口 {port} 不存在 · port {port} is none")
    if _address(parts.hostname) is None and not _is_name(parts.hostname):
        raise Refused(
            f"{parts.hostname!r} 不是主机名,也不是常规写法的地址 · "
            f"{parts.hostname!r} is neither a host name nor an address in its usual form"
        )
    return parts


def _is_name(host: str) -> bool:
    """A DNS name with a letter in its last label: `0x7f.1` and `2130706433` are other spellings of addresses."""
    labels = host.removesuffix(".").split(".")
    fine = all(label and len(label) <= 63 and label.replace("-", "a").replace("_", "a").isalnum() for label in labels)
    return fine and labels[-1][0].isalpha() and not labels[-1].startswith("0x")


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _public(address: Address) -> bool:
    """On the public internet, also behind the disguises of IPv6 (6to4, Teredo; mapped and NAT64 are refused whole)."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = (address.sixtofour, *(address.teredo or ()))
        if address not in _UNICAST or any(each is not None and not _public(each) for each in inner):
            return False
    return address.is_global and not address.is_multicast


def _within(address: Address, entry: str) -> bool:
    try:
        return address in ipaddress.ip_network(entry)
    except ValueError:
        return False


async def _resolve(host: str, port: int) -> Sequence[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotLookedUp(f"{host} 无法解析 · {host} can't be looked up: {str(error)!r}") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
