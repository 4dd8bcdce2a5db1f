"""The agent in the building: polls, detects, keeps on disk and sends up."""
