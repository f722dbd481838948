"""`emulate`, a GitHub on loopback by others: where it is right, our own must do the same.

What it says of permissions proves nothing: it lets everybody in. It knows no limit of 65,536 characters, no GraphQL and
no `/api/v3`. Its version is to be raised by hand: 1.0.2 is another program, and older.
"""
