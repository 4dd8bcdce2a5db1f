"""The screens of manned posts: enrolled, armed to sound, tested, and missed when they are gone."""
