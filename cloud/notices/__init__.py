"""The notices: durable requests that somebody be told; the channels take them from here."""
