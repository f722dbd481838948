"""The job summary: what it counts, how it names it, and what a failed step says."""

import pytest
from markdown_it import MarkdownIt

from erd.errors import ErdError, UsageError
from erd.model import Table
from erd.project import Source
from erd.report.summary import failure, summary
from tests.builders import a_relationship, a_table, an_erd

markdown = MarkdownIt("commonmark")

LOCAL = Source("target")
ORDERS, CUSTOMERS = a_table("model.shop.orders"), a_table("model.shop.customers")
STORES, RAW = a_table("seed.shop.stores"), a_table("source.shop.raw.orders")
HISTORY = a_table("snapshot.shop.history")


def test_a_summary_says_what_was_drawn_from_which_run_and_where_it_is() -> None:
    erd = an_erd([ORDERS, CUSTOMERS, STORES], [a_relationship()])
    run = Source("dbt Cloud run 5", "5", "https://ab1.dbt.com/deploy/1/projects/2/runs/5", "981c5cf1a2b3c4d5e6f7")
    text = summary(erd, run, ["target/output.dbml", "docs/erd.md"], {"fail": 1, "pass": 12})
    assert text.splitlines() == [
        "### ERD: 3 tables, 1 relationship",
        "",
        "- **Drawn from** [`dbt Cloud run 5`](https://ab1.dbt.com/deploy/1/projects/2/runs/5) at commit `981c5cf1a2b3`",
        "- **Tables** 2 models, 1 seed; 1 without a relationship",
        "- **Tests of the run** 1 `fail`, 12 `pass`",
        "- **Files** `target/output.dbml`, `docs/erd.md`",
    ]
    assert text.endswith("\n")


def test_a_summary_leaves_out_what_is_not_known() -> None:
    assert summary(an_erd(), LOCAL, ["target/output.dbml"], {}).splitlines() == [
        "### ERD: 0 tables, 0 relationships",
        "",
        "- **Drawn from** `target`",
        "- **Files** `target/output.dbml`",
    ]


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([ORDERS], "1 model; 1 without a relationship"),
        ([STORES, a_table("model.shop.late", schema="z")], "1 model, 1 seed; 2 without a relationship"),
        ([RAW, HISTORY, ORDERS, CUSTOMERS], "2 models, 1 snapshot, 1 source; 4 without a relationship"),
    ],
)
def test_tables_are_counted_by_kind_in_the_order_of_the_alphabet(tables: list[Table], words: str) -> None:
    assert f"\n- **Tables** {words}\n" in summary(an_erd(tables), LOCAL, [], {})


def test_with_every_table_joined_nothing_is_said_of_those_without_a_relationship() -> None:
    text = summary(an_erd([ORDERS, CUSTOMERS], [a_relationship()]), LOCAL, [], {})
    assert "\n- **Tables** 2 models\n" in text


def test_a_table_that_refers_to_itself_has_a_relationship() -> None:
    itself = a_relationship(ORDERS.unique_id, "previous_id", ORDERS.unique_id, "id")
    text = summary(an_erd([ORDERS, CUSTOMERS], [itself]), LOCAL, [], {})
    assert "\n- **Tables** 2 models; 1 without a relationship\n" in text


def test_large_numbers_are_easy_to_read() -> None:
    erd = an_erd(a_table(f"model.shop.t{number}") for number in range(1234))
    text = summary(erd, LOCAL, [], {})
    assert text.startswith("### ERD: 1,234 tables, 0 relationships\n")
    assert "- **Tables** 1,234 models;" in text


def test_a_summary_of_hostile_texts_is_one_heading_and_one_list() -> None:
    text = summary(an_erd([ORDERS]), Source("a\n# b\n- c", commit="x|y`z"), ["<b>`\n\n- d"], {"p|ss`\n- e": 1})
    kinds = [token.type for token in markdown.parse(text)]
    assert kinds.count("heading_open") == 1
    assert kinds.count("bullet_list_open") == 1
    assert kinds.count("list_item_open") == 4
    assert "html_block" not in kinds


def test_a_failed_step_says_what_happened_and_what_to_do() -> None:
    text = failure(ErdError("Run 5 failed.", "Give another run."))
    assert text == "### No ERD\n\n```text\nRun 5 failed.\nGive another run.\n```\n"


def test_a_failed_step_lists_all_that_is_wrong_line_by_line() -> None:
    error = UsageError("2 settings are missing or wrong:\n- `--a` is wrong.\n- B is missing.\n", "Read the README.")
    assert markdown.parse(failure(error))[3].content.splitlines() == [
        "2 settings are missing or wrong:",
        "- `--a` is wrong.",
        "- B is missing.",
        "Read the README.",
    ]


def test_a_failed_step_shows_hostile_text_as_it_is() -> None:
    text = failure(ErdError("<img src=x> **bold** ```\n```\n\n# title\n~~~~", "@someone"))
    heading, block = markdown.parse(text)[1], markdown.parse(text)[3]
    assert heading.content == "No ERD"
    assert block.type == "fence"
    assert block.content == "<img src=x> **bold** ```\n```\n# title\n~~~~\n@someone\n"
    assert len(markdown.parse(text)) == 4
