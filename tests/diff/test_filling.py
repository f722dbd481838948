"""Unknown is not removed: tables that one side or both have not seen."""

from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.model import CONSTRAINT, SEMANTIC, TEST, Cardinality, Column, End, Provenance, Relationship, Table
from tests.builders import CUSTOMERS, ORDERS, a_relationship, a_table
from tests.detect.drawing import table_of
from tests.diff.mirroring import mirrored
from tests.diff.sides import a_side, declared, named, observed, said

SAME, OTHER = {ORDERS: "1"}, {ORDERS: "2"}
SEEN = a_table(ORDERS, [observed("id"), observed("total", "numeric"), observed("at", "date")])
ENDS = f"{ORDERS}(customer_id) > {CUSTOMERS}(id)"


def compared(base: Side, head: Side) -> list[str]:
    """All that differs; the same must be said the other way round."""
    there, back = compare(base, head).diff, compare(head, base).diff
    assert back == mirrored(there)
    return said(there)


def test_a_table_that_a_run_did_not_build_has_the_columns_that_the_other_run_saw() -> None:
    head = a_side(a_table(ORDERS, [declared("id", not_null=True), declared("AT")]), code=SAME)
    result = compare(a_side(SEEN, code=SAME), head)
    assert said(result.diff) == [f"~ {ORDERS}.id: not null"]
    filled = table_of(result.head_erd, ORDERS)
    assert filled.columns == (observed("id", not_null=True), observed("total", "numeric"), observed("AT", "date"))
    assert table_of(result.base_erd, ORDERS) == SEEN


def test_a_source_has_no_code_and_so_it_is_the_same() -> None:
    assert compared(a_side(SEEN), a_side(a_table(ORDERS, []))) == []


def test_what_only_yaml_declares_is_still_compared_where_one_run_did_not_build_the_table() -> None:
    base = a_side(a_table(ORDERS, [*SEEN.columns, declared("old")]), code=SAME)
    head = a_side(a_table(ORDERS, [declared("new"), declared("id"), named("seen")]), code=SAME)
    assert compared(base, head) == [f"+ {ORDERS}.new", f"- {ORDERS}.old"]


def test_nothing_is_said_of_columns_where_the_code_differs_and_one_run_did_not_build_it() -> None:
    head = a_side(a_table(ORDERS, [declared("id", "text"), declared("new")]), code=OTHER)
    assert compared(a_side(SEEN, code=SAME), head) == [f"unknown {ORDERS}: COLUMNS_OF_HEAD"]
    assert compared(head, a_side(SEEN, code=SAME)) == [f"unknown {ORDERS}: COLUMNS_OF_BASE"]


def test_what_tests_say_of_columns_is_compared_even_then() -> None:
    base = a_side(a_table(ORDERS, [observed("id", not_null=True), observed("total")], primary_key=["id"]), code=SAME)
    head = a_side(a_table(ORDERS, [declared("ID")]), code=OTHER)
    assert compared(base, head) == [
        f"~ {ORDERS}: primary key",
        f"~ {ORDERS}.ID: not null",
        f"unknown {ORDERS}: COLUMNS_OF_HEAD",
    ]


def test_a_contract_says_what_a_table_has_that_is_not_built_yet() -> None:
    head = a_table(ORDERS, [declared("id", "int"), declared("new", "text"), named("total")])
    contracted = a_side(head, code=OTHER, contracted=[ORDERS])
    assert compared(a_side(SEEN, code=SAME), contracted) == [
        f"+ {ORDERS}.new",
        f"- {ORDERS}.total",
        f"- {ORDERS}.at",
    ]


def test_a_declared_type_beside_an_observed_one_is_never_a_change() -> None:
    base = a_side(a_table(ORDERS, [observed("code", "character varying(256)"), observed("id", "bigint")]), code=SAME)
    same = a_table(ORDERS, [declared("code", "varchar"), declared("id", "int8")])
    other = a_table(ORDERS, [declared("code", "varchar(12)"), declared("id", "id_type")])
    assert compared(base, a_side(same, code=OTHER, contracted=[ORDERS])) == []
    assert compared(base, a_side(other, code=OTHER, contracted=[ORDERS])) == [f"unknown {ORDERS}: COLUMNS_OF_HEAD"]


def test_lists_in_yaml_are_compared_where_neither_run_built_the_table() -> None:
    base = a_side(a_table(ORDERS, [declared("id", "int"), declared("total", "int")]), code=SAME)
    head = a_side(a_table(ORDERS, [declared("id", "text"), declared("at")]), code=SAME)
    assert compared(base, head) == [f"+ {ORDERS}.at", f"- {ORDERS}.total", f"~ {ORDERS}.id: type"]
    assert compared(base, a_side(a_table(ORDERS, [named("id")]), code=SAME)) == [f"unknown {ORDERS}: COLUMNS"]


def test_where_the_code_differs_lists_in_yaml_are_compared_only_if_both_are_contracts() -> None:
    before, after = a_table(ORDERS, [declared("id"), declared("total")]), a_table(ORDERS, [declared("id")])
    loose = compared(a_side(before, code=SAME), a_side(after, code=OTHER))
    strict = compared(
        a_side(before, code=SAME, contracted=[ORDERS]), a_side(after, code=OTHER, contracted=[ORDERS])
    )  # fmt: skip
    assert loose == [f"unknown {ORDERS}: COLUMNS"]
    assert strict == [f"- {ORDERS}.total"]


def test_a_comment_of_the_warehouse_is_unknown_to_a_run_that_did_not_ask_and_a_text_of_yaml_is_not() -> None:
    base = a_side(a_table(ORDERS, [observed("id", description="A comment."), observed("at")]), code=SAME)
    head = a_side(a_table(ORDERS, [declared("id"), declared("at", description="When.")]), code=SAME)
    assert compared(base, head) == [f"~ {ORDERS}.at: description"]


def keyed(*columns: Column, primary: str = "", unique: str = "") -> Table:
    return a_table(
        ORDERS, columns, primary_key=primary.split(), unique_keys=[key.split() for key in unique.split(",") if key]
    )


def test_a_key_on_columns_that_a_side_does_not_know_is_not_lost() -> None:
    columns = [observed("day", not_null=True), observed("shop", not_null=True), observed("code")]
    base = a_side(keyed(*columns, primary="day shop", unique="code shop"), code=SAME)
    head = a_side(keyed(declared("DAY")), code=SAME)
    result = compare(base, head)
    assert said(result.diff) == []
    assert table_of(result.head_erd, ORDERS).primary_key == ("DAY", "shop")
    assert compared(base, a_side(keyed(declared("DAY")), code=OTHER)) == [f"unknown {ORDERS}: COLUMNS_OF_HEAD"]


def test_a_key_on_columns_that_a_side_does_know_is_lost() -> None:
    base = a_side(keyed(observed("id"), observed("code"), unique="code,id"), code=SAME)
    assert compared(base, a_side(keyed(declared("id"), unique="id"), code=SAME)) == []
    assert compared(base, a_side(keyed(declared("code")), code=SAME)) == [f"~ {ORDERS}: unique keys"]


def test_of_two_primary_keys_on_columns_that_neither_side_can_know_of_the_other_none_is_lost() -> None:
    unknown = [f"unknown {ORDERS}: COLUMNS"]
    base = a_side(keyed(declared("id"), declared("a"), primary="id"), code=SAME)
    assert compared(base, a_side(keyed(declared("code"), declared("a"), primary="code"), code=OTHER)) == unknown
    key_gone = keyed(declared("code"), declared("a"), primary="code")
    with_key = keyed(declared("id"), declared("a"), primary="id", unique="a")
    assert compared(a_side(with_key, code=SAME), a_side(key_gone, code=OTHER)) == [
        f"~ {ORDERS}: unique keys",
        *unknown,
    ]


def test_the_order_of_yaml_makes_no_other_primary_key() -> None:
    required = [observed("id", not_null=True), observed("code", not_null=True)]
    listed = [declared("code", not_null=True), declared("id", not_null=True)]
    base = a_side(keyed(*required, primary="id", unique="code"), code=SAME)
    assert compared(base, a_side(keyed(*listed, primary="code", unique="id"), code=SAME)) == []


def joined(kind: str, *, columns: bool = True, **changes: object) -> Relationship:
    ends = ("customer_id", "id") if columns else ((), ())
    one = a_relationship(ORDERS, ends[0], CUSTOMERS, ends[1], provenance=[Provenance(kind, "one")])
    fields = {name: getattr(one, name) for name in one.__struct_fields__} | changes
    return Relationship(**fields)


FULL = a_table(ORDERS, ["id", "customer_id"]), a_table(CUSTOMERS, ["id", "name"])
PART = a_table(ORDERS, [declared("id")]), a_table(CUSTOMERS, ["id", "name"])


def test_a_relationship_that_one_side_knows_between_tables_only_is_the_same() -> None:
    base = a_side(*FULL, joined(SEMANTIC))
    head = a_side(*PART, joined(SEMANTIC, columns=False))
    result = compare(base, head)
    assert compared(base, head) == []
    assert result.head_erd.relationships == base.erd.relationships


def test_a_relationship_that_may_be_hidden_behind_another_is_not_lost() -> None:
    base = a_side(*FULL, joined(SEMANTIC), a_relationship(ORDERS, "id", CUSTOMERS, "id"))
    head = a_side(*PART, a_relationship(ORDERS, "id", CUSTOMERS, "id"))
    assert compared(base, head) == []


def test_a_relationship_that_would_be_known_is_lost() -> None:
    base = a_side(*FULL, joined(TEST))
    assert compared(base, a_side(*PART)) == [f"- {ENDS}"]
    known = a_table(ORDERS, [declared("customer_id")]), FULL[1]
    assert compared(a_side(*FULL, joined(SEMANTIC)), a_side(*known)) == [f"- {ENDS}"]


def test_a_test_that_is_gone_is_weaker_evidence_though_the_columns_are_not_known() -> None:
    both = (Provenance(SEMANTIC, "one"), Provenance(TEST, "two"))
    base = a_side(*FULL, joined(TEST, provenance=both))
    head = a_side(*PART, joined(SEMANTIC, columns=False))
    assert compared(base, head) == [f"~ {ORDERS}() > {CUSTOMERS}(): evidence"]


def test_evidence_that_one_side_cannot_see_is_no_change_nor_is_what_it_says() -> None:
    both = (Provenance(CONSTRAINT, "one"), Provenance(TEST, "two"))
    ends = (ORDERS, "id", CUSTOMERS, "id")
    base = a_side(*FULL, a_relationship(*ends, provenance=both, label="of the constraint"))
    alone = a_relationship(*ends, provenance=both[1:], label="of the test")
    said_of = f"~ {ORDERS}(id) > {CUSTOMERS}(id)"
    assert compared(base, a_side(FULL[0], a_table(CUSTOMERS, [named("id")]), alone)) == []
    assert compared(base, a_side(*FULL, alone)) == [f"{said_of}: evidence", f"{said_of}: label"]


def test_a_foreign_key_to_a_primary_key_that_a_side_does_not_know_is_not_lost() -> None:
    keyed_parent = a_table(CUSTOMERS, ["id", "name"], primary_key=["id"])
    base = a_side(FULL[0], keyed_parent, joined(CONSTRAINT))
    unknown, known = a_table(CUSTOMERS, []), a_table(CUSTOMERS, [declared("id")], primary_key=["id"])
    assert compared(base, a_side(FULL[0], unknown)) == []
    assert compared(base, a_side(FULL[0], known)) == [f"- {ENDS}"]


def test_a_join_is_not_optional_for_want_of_a_primary_key_that_is_not_known() -> None:
    required = [observed("customer_id", not_null=True), observed("id", not_null=True)]
    base = a_side(
        a_table(ORDERS, required, primary_key=["customer_id", "id"]),
        FULL[1],
        joined(TEST, cardinality=Cardinality(End.ZERO_OR_MANY, End.ONE)),
    )
    optional = joined(TEST, cardinality=Cardinality(End.ZERO_OR_MANY, End.ZERO_OR_ONE))
    assert compared(base, a_side(a_table(ORDERS, [named("customer_id")]), FULL[1], optional)) == []
