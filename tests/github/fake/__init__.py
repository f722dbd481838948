"""A GitHub on loopback for tests: real sockets, and a real bare git repository behind it.

One module for each kind of resource (`contents`, `blobs`, `comparisons`, `branches`, `comments`, `pulls`, `users`),
each with the routes that it serves; `server` has them all. Answers are those of GitHub's REST reference, for the fields
that it requires. `discussion` is what stands in pull requests, `tokens` who may what, `faults` what goes wrong.
"""
