"""The one stream that pages read: durable frames with ids, and live values beside them."""
