"""The posts and who stands at them when: the rota."""
