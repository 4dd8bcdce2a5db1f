"""E-mail over SMTP, with TLS unless the server is this machine."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from ipaddress import ip_address
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, model_validator

from cloud.notification.channel import Config, Medium
from cloud.notification.message import Message
from cloud.notification.posting import PATIENCE, NotDelivered, Post


class Setup(Config):
    """The server and who writes; `to` is written to always, the people on duty beside it."""

    medium: ClassVar[Medium] = Medium.MAIL
    host: str = Field(min_length=1, max_length=253)
    port: int = Field(default=465, ge=1, le=65_535)
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=254)
    to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _safe(self) -> Setup:
        if self.security == "none" and not _here(self.host):
            raise ValueError(
                "不用 TLS 只能发往本机的服务器:请选用加密连接 · "
                "without TLS only a server on this machine is written to: set security to tls or starttls"
            )
        return self

    def opened(self, _post: Post, /) -> Mail:
        """The mail server: no HTTP is needed."""
        return Mail(self)


class Mail:
    """One mail to all of them."""

    def __init__(self, setup: Setup, trust: ssl.SSLContext | None = None) -> None:
        self._setup = setup
        self._trust = trust

    async def send(self, message: Message) -> None:
        """Hand it over; the server's yes is ours. Raises NotDelivered."""
        to = list(dict.fromkeys([*self._setup.to, *(who.mail for who in message.recipients if who.mail)]))
        if not to:
            raise NotDelivered(
                "当值人员均未填写邮箱,渠道中也未指定收件人 · "
                "nobody on duty has a mail address, and the channel names none",
                for_good=True,
            )
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.to_thread(self._deliver, _mail(message, self._setup, to), to)
        except TimeoutError:
            raise NotDelivered(f"{PATIENCE:g} 秒内无应答 · no answer within {PATIENCE:g} s") from None
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(
                f"邮件服务器答复 {error.smtp_code} · the server said {error.smtp_code}", for_good=error.smtp_code >= 550
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(f"邮件服务器拒收 · the mail server does not take it ({type(error).__name__})") from None

    def _deliver(self, mail: EmailMessage, to: Sequence[str]) -> None:
        setup, trust = self._setup, self._trust or ssl.create_default_context()
        if setup.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(setup.host, setup.port, timeout=PATIENCE, context=trust)
        else:
            server = smtplib.SMTP(setup.host, setup.port, timeout=PATIENCE)
        try:
            if setup.security == "starttls":
                server.starttls(context=trust)
            if setup.user:
                server.login(setup.user, setup.password.get_secret_value())
            server.send_message(mail, setup.sender, list(to))
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()


def _mail(message: Message, setup: Setup, to: Sequence[str]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = Address("Gatehouse", addr_spec=setup.sender)
    mail["To"] = ", ".join(to)
    mail["Date"] = localtime()
    mail["Message-ID"] = make_msgid(domain=setup.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail["Subject"] = " ".join(getattr(message.title, setup.language).split())
    mail.set_content(message.text(setup.language))
    return mail


def _here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
