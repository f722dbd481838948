"""Known edits of artifacts, each with what a diff must then say: nothing else, and nothing less."""
