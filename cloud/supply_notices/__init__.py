"""Notices of stopped supply (停水停电通知): from when to when, where, and which meters and lifts it touches."""
