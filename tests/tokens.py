"""Every token that tests use: none opens anything, and all are words that are easy to find where they must not be.

`tests/secrecy` looks for each of them in all that the suite logs, prints, writes and raises. A token that is not from
here is one that nobody looks for, and fails its test.
"""

from erd.demo.account import demo_account

# Whatever becomes of a token, this part of it survives unless it is encoded.
MARK = "never-to-be-seen"

TOKEN = f"dbtc_{MARK}"
ANOTHER = f"dbtc_another-{MARK}"
PERSONAL = f"dbtu_{MARK}"
WRONG = f"dbtc_unknown-{MARK}"
READER = f"dbtc_reader-{MARK}"
EXPIRED = f"{TOKEN}-expired"
WITHOUT_RIGHTS = f"dbtc_without-rights-{MARK}"
FROM_ELSEWHERE = f"dbtc_from-elsewhere-{MARK}"

# Not of the form that dbt Cloud's tokens have today, so that no pattern finds them.
PLAIN = f"plain-{MARK}"
OLD = "5ec4e7b0" * 5
LONG = f"{MARK}-" * 20
TWO_WORDS = f"two words {MARK}"
TWO_LINES = f"zeile-{MARK}\nzwei-{MARK}"

GITHUB = f"ghs_{MARK}"
GITHUB_ANOTHER = f"ghs_another-{MARK}"
GITHUB_PERSONAL = f"ghp_{MARK}"
# What a runner gives its jobs, and nobody gave to us.
RUNTIME = f"the-runtime-token-{MARK}"

DEMO = tuple(token.value for token in demo_account().tokens)

KNOWN = frozenset(
    {
        *(TOKEN, ANOTHER, PERSONAL, WRONG, READER, EXPIRED, WITHOUT_RIGHTS, FROM_ELSEWHERE),
        *(PLAIN, OLD, LONG, TWO_WORDS, TWO_LINES, RUNTIME),
        *(GITHUB, GITHUB_ANOTHER, GITHUB_PERSONAL),
        *DEMO,
    }
)
