"""The documents of the duty page: the log-in, and the empty page that duty.js fills; everything escaped."""

from __future__ import annotations

import json
from html import escape

from edge.duty.words import words


def log_in(site: str, *, english: bool, says: str = "") -> bytes:
    """The form; `says` is what was wrong."""
    say, lang = words(english=english), "en" if english else "zh"
    alert = f'<p class="alert" role="alert">{escape(says)}</p>' if says else ""
    inner = (
        f'<main class="log-in"><h1>{escape(say["title"])}</h1><p>{escape(site)}</p>{alert}'
        f'<form method="post" action="/login?lang={lang}">'
        f'<label>{escape(say["name"])}<input name="name" autocomplete="username" required autofocus></label>'
        f"<label>{escape(say['password'])}"
        '<input name="password" type="password" autocomplete="current-password" required></label>'
        f"<button>{escape(say['log_in'])}</button></form>{_other(say['other'], english=english)}</main>"
    )
    return _document(say["title"], inner, lang)


def duty(site: str, name: str, *, english: bool) -> bytes:
    """The page; its words are in an attribute, for there is no script within it."""
    say, lang = words(english=english), "en" if english else "zh"
    data = escape(json.dumps(say, ensure_ascii=False))
    inner = (
        f'<div id="duty" data-words="{data}" data-lang="{lang}">'
        f'<header><h1>{escape(site)} <small>{escape(say["title"])}</small></h1><p id="clock"></p><p id="cloud"></p>'
        f'<button id="try" hidden>{escape(say["try_sound"])}</button>'
        f'<form method="post" action="/logout?lang={lang}"><button>{escape(name)} · {escape(say["log_out"])}</button>'
        f"</form>{_other(say['other'], english=english)}</header>"
        f'<button id="arm">🔔 {escape(say["arm"])}</button><p id="banner" role="alert" hidden></p>'
        '<main><section id="alarms" aria-live="assertive"></section><section id="opened" hidden></section></main>'
        '<section id="unknown"></section></div><script src="/duty.js"></script>'
    )
    return _document(f"{site} · {say['title']}", inner, lang)


def _other(label: str, *, english: bool) -> str:
    return f'<a class="other" href="/?lang={"zh" if english else "en"}">{escape(label)}</a>'


def _document(title: str, inner: str, lang: str) -> bytes:
    code = "en" if lang == "en" else "zh-CN"
    return (
        f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/duty.css"></head><body>{inner}</body></html>'
    ).encode()
