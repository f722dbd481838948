"""The outcome table: how the story ends under each fault, by how often it is played and at which request.

`always(…)` is the same however often. An outcome is that of all places but those that are named.
"""

from collections.abc import Mapping
from typing import TypeAlias

from .fault_catalogue import ALWAYS, ONCE, THRICE, TWICE
from .fault_sentences import (
    ADDRESS_REFUSED,
    ANOTHER_BASE,
    CANCELLED,
    CUT_BEFORE,
    CUT_OFF,
    EMPTY,
    ENCODED,
    FAILED,
    IN_CIRCLES,
    LAST_STEP,
    NO_ADDRESS,
    NO_ANSWER,
    NO_API,
    NO_CATALOG,
    NO_RESULTS,
    NO_RUN,
    NOT_ENCRYPTED,
    NOT_FOUND,
    NOT_GIVEN,
    NOT_HTTP,
    NOT_WHOLE,
    NOTHING_TO_COMPARE,
    NOWHERE,
    OTHER_RESULTS,
    OUT_OF_TIME,
    OUT_OF_TIME_503,
    PAGE_403,
    RECOVERED,
    REFUSES_CONNECTIONS,
    REJECTED,
    STALLED,
    TOO_LARGE,
    TOO_MANY,
    TOO_MANY_HEADERS,
    TOOK_NO_CONNECTION,
    UNKNOWN_STATUS,
    UNREADABLE_RESULTS,
    Outcome,
    misshapen,
    not_documented,
    not_json,
    not_permitted,
    not_understood,
    refused,
    refused_elsewhere,
    still,
    trouble,
    unreadable,
)

Outcomes: TypeAlias = Mapping[str, Outcome]

ELSEWHERE = "elsewhere"
NOT_UTF_8 = "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
NO_OBJECT = "Expected `object`, got `array`"
NO_TEXT = "Expected `str | null`, got `int` - at `$.metadata.dbt_schema_version`"
TOO_DEEP = "maximum recursion depth exceeded while deserializing an object"


def but(outcome: Outcome, **at: Outcome) -> Outcomes:
    """The outcome, but at the places that are named."""
    return {ELSEWHERE: outcome, **at}


def always(outcome: Outcome | Outcomes) -> Mapping[int | None, Outcome | Outcomes]:
    """The same once and for ever."""
    return dict.fromkeys((ONCE, ALWAYS), outcome)


def outcome(fault: str, turns: int | None, place: str) -> Outcome:
    """How the story ends."""
    outcomes = TABLE[fault][turns]
    return outcomes.get(place, outcomes[ELSEWHERE]) if isinstance(outcomes, Mapping) else outcomes


TABLE: Mapping[str, Mapping[int | None, Outcome | Outcomes]] = {
    "connections are refused": {ONCE: RECOVERED, ALWAYS: REFUSES_CONNECTIONS},
    "nobody takes the connection": {ONCE: RECOVERED, ALWAYS: TOOK_NO_CONNECTION},
    "the connection is reset before an answer": {ONCE: RECOVERED, ALWAYS: CUT_BEFORE},
    "the connection is closed before an answer": {ONCE: RECOVERED, ALWAYS: CUT_BEFORE},
    "there is no answer": {ONCE: RECOVERED, ALWAYS: NO_ANSWER},
    "the answer stalls in the status line": {ONCE: RECOVERED, ALWAYS: NO_ANSWER},
    "the answer stalls in its headers": {ONCE: RECOVERED, ALWAYS: NO_ANSWER},
    "the answer stalls before its body": {ONCE: RECOVERED, ALWAYS: STALLED},
    "the answer stalls in its body": {ONCE: RECOVERED, ALWAYS: STALLED},
    "the connection is reset in the status line": {ONCE: RECOVERED, ALWAYS: CUT_BEFORE},
    "the connection is reset in the headers": {ONCE: RECOVERED, ALWAYS: CUT_BEFORE},
    "the connection is reset before the body": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the connection is reset in the body": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the connection is closed in the headers": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the connection is closed in the body": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the connection is closed one byte too early": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the headers drip": always(RECOVERED),
    "the body drips": always(RECOVERED),
    "the headers drip and never end": {ALWAYS: OUT_OF_TIME},
    "the body drips and never ends": {ALWAYS: OUT_OF_TIME},
    'the server says "100 Continue" for ever': {ALWAYS: OUT_OF_TIME},
    "something that is not HTTP answers": {ONCE: RECOVERED, ALWAYS: NOT_HTTP},
    "a header is longer than headers may be": {ONCE: RECOVERED, ALWAYS: TOO_MANY_HEADERS},
    "there are more headers than there may be": {ONCE: RECOVERED, ALWAYS: TOO_MANY_HEADERS},
    "the body is cut, without a length that says so": {
        ONCE: RECOVERED,
        ALWAYS: but(NOT_WHOLE, manifest=CUT_OFF, catalog=CUT_OFF, results=CUT_OFF),
    },
    "the length is too short for the body": {
        ONCE: RECOVERED,
        ALWAYS: but(NOT_WHOLE, manifest=CUT_OFF, catalog=CUT_OFF, results=CUT_OFF),
    },
    "the length is too long for the body": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the length is no number": always(RECOVERED),
    "the last chunk is missing": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "a chunk is cut": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "a chunk has no size": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the compressed body is cut": {
        ONCE: RECOVERED,
        ALWAYS: but(NOT_WHOLE, manifest=CUT_OFF, catalog=CUT_OFF, results=CUT_OFF),
    },
    "the compressed body has a wrong checksum": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the body is said to be compressed and is not": {ONCE: RECOVERED, ALWAYS: CUT_OFF},
    "the body is encoded as nobody asked": {
        ONCE: RECOVERED,
        ALWAYS: but(RECOVERED, manifest=ENCODED, catalog=ENCODED, results=ENCODED),
    },
    "the body is compressed, and too large": always(TOO_LARGE),
    "the body is too large": always(TOO_LARGE),
    "the body is empty": {ONCE: RECOVERED, ALWAYS: EMPTY},
    "there is no content (204)": {ONCE: RECOVERED, ALWAYS: EMPTY},
    "a web page comes with 200": always(not_json("text/html")),
    "a web page comes with 200 and says that it is JSON": always(not_json("although it says application/json")),
    "plain text comes with 200": always(not_json("text/plain")),
    "a byte is not UTF-8": always(
        but(
            RECOVERED,
            runs=not_documented(NOT_UTF_8),
            base=ANOTHER_BASE,
            manifest=unreadable(f"not JSON: {NOT_UTF_8}"),
            catalog=unreadable(f"not JSON: {NOT_UTF_8}"),
            results=UNREADABLE_RESULTS,
        )
    ),
    "the JSON is nested too deep": always(
        but(
            not_documented(TOO_DEEP),
            base=ANOTHER_BASE,
            environments=RECOVERED,
            steps=LAST_STEP,
            manifest=unreadable(f"not JSON: {TOO_DEEP}"),
            catalog=unreadable(f"not JSON: {TOO_DEEP}"),
            results=UNREADABLE_RESULTS,
        )
    ),
    "the JSON is null": {ONCE: RECOVERED, ALWAYS: EMPTY},
    "the data are null": {
        ONCE: but(RECOVERED, base=ANOTHER_BASE, artifacts=NOTHING_TO_COMPARE, steps=LAST_STEP),
        ALWAYS: but(ANOTHER_BASE, runs=NO_RUN, environments=RECOVERED, artifacts=NOTHING_TO_COMPARE, steps=LAST_STEP),
    },
    "the list is empty": {
        ONCE: but(
            RECOVERED,
            base=ANOTHER_BASE,
            artifacts=NOTHING_TO_COMPARE,
            steps=LAST_STEP,
            manifest=misshapen("manifest", NO_OBJECT),
            catalog=misshapen("catalog", NO_OBJECT),
            results=UNREADABLE_RESULTS,
        ),
        ALWAYS: but(
            ANOTHER_BASE,
            runs=NO_RUN,
            environments=RECOVERED,
            artifacts=NOTHING_TO_COMPARE,
            steps=LAST_STEP,
            manifest=misshapen("manifest", NO_OBJECT),
            catalog=misshapen("catalog", NO_OBJECT),
            results=UNREADABLE_RESULTS,
        ),
    },
    "the types are wrong": always(
        but(
            ANOTHER_BASE,
            runs=not_documented("Expected `int`, got `str` - at `$[0].id`"),
            environments=RECOVERED,
            artifacts=not_documented("Expected `str`, got `int` - at `$[0]`"),
            steps=LAST_STEP,
            manifest=misshapen("manifest", NO_TEXT),
            catalog=misshapen("catalog", NO_TEXT),
            results=UNREADABLE_RESULTS,
        )
    ),
    "a redirect (301)": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: IN_CIRCLES},
    "a redirect (302)": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: IN_CIRCLES},
    "a redirect (303)": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: IN_CIRCLES},
    "a redirect (307)": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: IN_CIRCLES},
    "a redirect (308)": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: IN_CIRCLES},
    "a redirect to another host, which answers": always(RECOVERED),
    "a redirect to another host, which does not find it": {
        ONCE: but(
            RECOVERED,
            runs=refused_elsewhere(404),
            artifacts=refused_elsewhere(404),
            base=ANOTHER_BASE,
            steps=LAST_STEP,
            results=OTHER_RESULTS,
        ),
        ALWAYS: but(
            refused_elsewhere(404),
            base=ANOTHER_BASE,
            environments=RECOVERED,
            steps=LAST_STEP,
            manifest=NOT_GIVEN,
            catalog=NO_CATALOG,
            results=NO_RESULTS,
        ),
    },
    "a redirect to another host, which refuses": always(refused_elsewhere(403)),
    "a redirect to a host without encryption": always(NOT_ENCRYPTED),
    "a redirect to something else than HTTP": always(NOT_ENCRYPTED),
    "a redirect to no address": always(NO_ADDRESS),
    "a redirect that does not say where": always(NOWHERE),
    "400": always(
        but(not_understood("400: Invalid order_by: -id"), base=ANOTHER_BASE, environments=RECOVERED, steps=LAST_STEP)
    ),
    "401": always(REJECTED),
    "402": always(but(refused("402: Payment required"), base=ANOTHER_BASE, environments=RECOVERED, steps=LAST_STEP)),
    "403, the account restricts IP addresses": always(ADDRESS_REFUSED),
    "403, a permission is missing": always(
        but(
            not_permitted("403: You do not have permission to perform this action"),
            base=ANOTHER_BASE,
            environments=RECOVERED,
            steps=LAST_STEP,
        )
    ),
    "403 with a web page": always(PAGE_403),
    "404": {
        ONCE: but(
            RECOVERED, runs=NOT_FOUND, artifacts=NOT_FOUND, base=ANOTHER_BASE, steps=LAST_STEP, results=OTHER_RESULTS
        ),
        ALWAYS: but(
            NOT_FOUND,
            base=ANOTHER_BASE,
            environments=RECOVERED,
            steps=LAST_STEP,
            manifest=NOT_GIVEN,
            catalog=NO_CATALOG,
            results=NO_RESULTS,
        ),
    },
    "404, a permission is missing": {
        ONCE: but(
            RECOVERED,
            runs=not_permitted("404: You do not have permission to read it"),
            artifacts=not_permitted("404: You do not have permission to read it"),
            base=ANOTHER_BASE,
            steps=LAST_STEP,
            results=OTHER_RESULTS,
        ),
        ALWAYS: but(
            not_permitted("404: You do not have permission to read it"),
            base=ANOTHER_BASE,
            environments=RECOVERED,
            steps=LAST_STEP,
            manifest=NOT_GIVEN,
            catalog=NO_CATALOG,
            results=NO_RESULTS,
        ),
    },
    "404 with a web page": {
        ONCE: but(RECOVERED, runs=NO_API, artifacts=NO_API, base=ANOTHER_BASE, steps=LAST_STEP, results=OTHER_RESULTS),
        ALWAYS: but(
            NO_API,
            base=ANOTHER_BASE,
            environments=RECOVERED,
            steps=LAST_STEP,
            manifest=NOT_GIVEN,
            catalog=NO_CATALOG,
            results=NO_RESULTS,
        ),
    },
    "408": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: trouble("408: Request timeout")},
    "409": always(but(refused("409: Conflict"), base=ANOTHER_BASE, environments=RECOVERED, steps=LAST_STEP)),
    "410": always(but(refused("410: Gone"), base=ANOTHER_BASE, environments=RECOVERED, steps=LAST_STEP)),
    "429": {ONCE: RECOVERED, ALWAYS: TOO_MANY},
    "429 with a time to wait": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: TOO_MANY},
    "429 with a time to wait that is too long": always(TOO_MANY),
    "500": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: trouble("500: Something went wrong")},
    "502": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: trouble("502: Something went wrong")},
    "503": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: trouble("503: Something went wrong")},
    "504": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: trouble("504: Something went wrong")},
    "501": {ONCE: RECOVERED, ALWAYS: trouble("501: Not implemented")},
    "502 with a web page": {ONCE: RECOVERED, ALWAYS: trouble("502")},
    "503 with a time to wait": {ONCE: RECOVERED, THRICE: RECOVERED, ALWAYS: trouble("503: Maintenance")},
    "503 with a time to wait that is too long": always(OUT_OF_TIME_503),
    "200 around an error": {
        ONCE: but(RECOVERED, base=ANOTHER_BASE, artifacts=NOTHING_TO_COMPARE, steps=LAST_STEP),
        ALWAYS: but(ANOTHER_BASE, runs=NO_RUN, environments=RECOVERED, artifacts=NOTHING_TO_COMPARE, steps=LAST_STEP),
    },
    "the pages of the list change while they are read": {TWICE: RECOVERED, ALWAYS: RECOVERED},
    "the run runs again": {ONCE: RECOVERED, ALWAYS: but(RECOVERED, runs=still("running"))},
    "the run is queued again": {ONCE: RECOVERED, ALWAYS: but(RECOVERED, runs=still("queued"))},
    "the run disappears": {ONCE: but(ANOTHER_BASE, runs=RECOVERED), ALWAYS: but(ANOTHER_BASE, runs=NO_RUN)},
    "the run failed": always(but(FAILED, base=RECOVERED)),
    "the run was cancelled": always(but(CANCELLED, base=RECOVERED)),
    "the run has a status that nobody knows": always(but(RECOVERED, runs=UNKNOWN_STATUS)),
    "nothing was saved of the run": always(but(ANOTHER_BASE, runs=RECOVERED)),
}
