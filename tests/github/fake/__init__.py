"""A GitHub on loopback for tests: real sockets, and a real bare git repository behind it.

One module for each kind of resource (`contents` and `files`, `blobs`, `trees`, `commits`, `refs`, `branches`,
`comparisons`, `comments`, `pulls` and `proposals`, `repositories`, `users`), each with the routes that it serves, and
`graph` for GraphQL; `server` has them all. Answers are those of GitHub's REST reference, for the fields that it
requires, and of its GraphQL schema. `git` and `objects` are the repository itself, `discussion` is what stands in pull
requests, `tokens` who may what, `protection` which branches only pull requests may change, `faults` what goes wrong.
`smart_http` is git over HTTP, for those who push.
"""
