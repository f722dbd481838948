"""The judges: other people's parsers, which say whether a diagram is valid."""
