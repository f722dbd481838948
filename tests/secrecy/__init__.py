"""Watches the whole suite: no token that a test uses may show in anything that is logged, printed, written or raised.

`plugin` is loaded by `tests/conftest.py` and fails the test in which a token was seen. `leaks` is a leak through each
channel, for `test_channels` to see that none goes by unseen.
"""
