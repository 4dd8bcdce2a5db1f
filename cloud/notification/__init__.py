"""Notification: what is to be told reaches people by robot, mail, webhook, SMS or voice, or the list says why not."""
