"""What is rendered: golden files, and what other people's parsers read in it."""
