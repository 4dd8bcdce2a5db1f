"""The posts and who stands at them when; what people can do, may do, and until when."""
