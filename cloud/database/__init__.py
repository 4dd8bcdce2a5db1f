"""The cloud's store: works are synchronous SQLAlchemy Core; reads run side by side, writes one after another."""
