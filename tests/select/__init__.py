"""Which tables a rule selects."""
