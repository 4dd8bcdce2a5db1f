"""The live link: presence and changed values up, instructions down."""
