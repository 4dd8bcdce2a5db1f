"""One message to people: what a channel is given to send, in both languages, without personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from facility.words import Text

Language = Literal["zh", "en"]
DIGEST_LINES: Final = 12
"""Alarms that a digest names one by one; the others it counts."""
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a personal channel reaches, and how; empty where nothing is known."""

    name: str
    mobile: str = ""
    mail: str = ""
    account: str = ""
    """The account in WeCom or DingTalk."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said. `title` fits one line; `lines` say where, since when and what to do first."""

    title: Text
    lines: tuple[Text, ...] = ()
    link: str = ""
    """Opens the alarm's page."""
    priority: int = 4
    """1 (most urgent) … 4, as the alarm's."""
    life_safety: bool = False
    recipients: tuple[Recipient, ...] = ()

    def text(self, language: Language) -> str:
        """Title, lines and link, a line each."""
        said = [getattr(name, language) for name in (self.title, *self.lines)]
        return "\n".join([*said, self.link] if self.link else said)


def digest(messages: Sequence[Message], held: int = 0) -> Message:
    """Many messages as one: the most urgent are named, the others counted. One message stays what it is.

    `held` counts what stands behind `messages` and is not among them.
    """
    if len(messages) == 1 and not held:
        return messages[0]
    ranked = sorted(messages, key=lambda m: (not m.life_safety, m.priority))
    named, rest = ranked[:DIGEST_LINES], ranked[DIGEST_LINES:]
    count = len(messages) + held
    lines = [Text(zh=f"· {m.title.zh}", en=f"· {m.title.en}") for m in named]
    if more := len(rest) + held:
        lines.append(Text(zh=f"另有 {more} 条,详见报警列表", en=f"and {more} more: see the alarm list"))
    return Message(
        title=Text(zh=f"报警汇总:{count} 条", en=f"Alarm digest: {count}"),
        lines=tuple(lines),
        link=_list_of(ranked[0].link),
        priority=ranked[0].priority,
        life_safety=ranked[0].life_safety,
        recipients=_everybody(messages),
    )


def cut(text: str, most: int) -> str:
    """The text within `most` bytes of UTF-8, its end marked where something is missing; no character is torn."""
    raw = text.encode()
    if len(raw) <= most:
        return text
    return raw[: most - len(ELLIPSIS.encode())].decode(errors="ignore") + ELLIPSIS


def _list_of(link: str) -> str:
    return link.rsplit("/", 1)[0] if "/alarms/" in link else link


def _everybody(messages: Sequence[Message]) -> tuple[Recipient, ...]:
    return tuple(dict.fromkeys(who for message in messages for who in message.recipients))
