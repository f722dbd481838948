"""Lineage between the tables that are drawn, by way of those that are not."""

from erd.artifacts.manifest import DependsOn
from erd.detect.dependencies import dependencies
from erd.model import Dependency
from tests.builders import Identified, a_manifest, a_model, a_source

RAW = "source.shop.raw.orders"


def from_(name: str, *upstream: str) -> Identified:
    return a_model(name).but(depends_on=DependsOn([*upstream]))


def model(name: str) -> str:
    return f"model.shop.{name}"


MANIFEST = a_manifest(
    a_source(),
    from_("stg", RAW),
    from_("int", model("stg"), RAW),
    from_("mart", model("int"), model("stg")),
    from_("loop", model("loop"), "macro.shop.gone"),
)


def test_all_tables_are_joined_with_what_they_are_made_from() -> None:
    wanted = {RAW, model("stg"), model("int"), model("mart"), model("loop")}
    assert dependencies(MANIFEST, wanted) == (
        Dependency(model("int"), model("stg")),
        Dependency(model("int"), RAW),
        Dependency(model("mart"), model("int")),
        Dependency(model("mart"), model("stg")),
        Dependency(model("stg"), RAW),
    )


def test_what_is_not_drawn_is_passed_through_to_the_nearest_that_is() -> None:
    assert dependencies(MANIFEST, {RAW, model("mart")}) == (Dependency(model("mart"), RAW),)
    assert dependencies(MANIFEST, {RAW, model("mart"), model("stg")}) == (
        Dependency(model("mart"), model("stg")),
        Dependency(model("mart"), RAW),
        Dependency(model("stg"), RAW),
    )


def test_nothing_drawn_upstream_is_no_dependency() -> None:
    assert dependencies(MANIFEST, {model("mart")}) == ()
