"""Plans a generated dbt project: its models, their columns, and what they refer to. No JSON yet, no files.

The same number of models gives the same project, always.
"""

import random

import msgspec

PACKAGE = "shop"
DATABASE = "prod"
COLUMNS = 20
FEWEST_MODELS = 3

_LAYERS = (("staging", "stg"), ("intermediate", "int"), ("marts", "fct"), ("marts", "dim"))
_DOMAINS = ("sales", "finance", "marketing", "logistics", "support", "product", "people", "risk")
_ENTITIES = (
    "orders", "customers", "invoices", "payments", "shipments", "tickets", "sessions", "products", "suppliers",
    "contracts", "employees", "campaigns", "refunds", "subscriptions", "inventories", "claims",
)  # fmt: skip
_ATTRIBUTES = (
    ("created_at", "timestamp_ntz", "When the row was first seen in the system that it comes from."),
    ("updated_at", "timestamp_ntz", "When the row last changed in the system that it comes from."),
    ("status", "text", "Where the row stands in its life; one of the values that the test beside it accepts."),
    ("currency_code", "text", "Three letters, upper case."),
    ("gross_amount", "number(18,2)", "Amount with taxes, in the currency of the row."),
    ("net_amount", "number(18,2)", "Amount without taxes, in the currency of the row."),
    ("tax_amount", "number(18,2)", "Taxes alone."),
    ("quantity", "number(38,0)", "How many pieces; never negative."),
    ("is_deleted", "boolean", "Whether the source has marked the row as gone."),
    ("country_code", "text", "Two letters; where the business partner sits, not where the goods went."),
    ("channel", "text", "How the row came to be: web, shop, phone or partner."),
    ("external_reference", "text", "The number by which the partner's own system knows the row."),
    ("comment", "text", 'Free text, as typed; may hold "quotes" and line breaks.'),
    ("valid_from", "date", "First day on which the row counts."),
    ("valid_to", "date", "Last day on which the row counts, empty while it still does."),
    ("score", "float", "A number between zero and one that the risk model gave."),
    ("loaded_at", "timestamp_ntz", "When the loader wrote the row."),
    ("batch_number", "number(38,0)", "The load that brought the row; counts up by one a load."),
    ("region", "text", "Sales region, as the finance department cuts it."),
)


class PlannedColumn(msgspec.Struct, frozen=True):
    """A column as YAML declares it."""

    name: str
    type: str
    description: str


class Reference(msgspec.Struct, frozen=True):
    """A relationship: the column of the model that holds the foreign key, and the number of the parent model."""

    column: str
    parent: int


class PlannedModel(msgspec.Struct, frozen=True):
    """A model: `upstream` are the models that its SQL reads, `references` those that it is tested against.

    `revision` stands for all of its code that a plan does not say, and is empty in the first state of a project.
    """

    number: int
    name: str
    folder: str
    schema: str
    key: str
    columns: tuple[PlannedColumn, ...]
    upstream: tuple[int, ...]
    references: tuple[Reference, ...]
    revision: str = ""

    @property
    def unique_id(self) -> str:
        """The model's identity in dbt."""
        return f"model.{PACKAGE}.{self.name}"

    @property
    def relation(self) -> str:
        """The model's table as SQL names it."""
        return f"{DATABASE}.{self.schema}.{self.name}"

    @property
    def yaml(self) -> str:
        """The file, below `models/`, that describes the model and its tests."""
        return f"{self.folder}/{self.name}.yml"

    @property
    def source(self) -> str:
        """The name of the source table that a model reads which reads no other model."""
        return f"raw_{self.name}"

    @property
    def source_id(self) -> str:
        """The identity in dbt of that source table."""
        return f"source.{PACKAGE}.raw.{self.source}"


class Plan(msgspec.Struct, frozen=True):
    """A whole project: models, where the number of a model is its place, and the numbers of those that are gone."""

    models: tuple[PlannedModel, ...]
    gone: frozenset[int] = frozenset()

    @property
    def present(self) -> tuple[PlannedModel, ...]:
        """The models that the project has."""
        return tuple(model for model in self.models if model.number not in self.gone)

    @property
    def relationships(self) -> int:
        """How many relationships the project's tests speak of."""
        return sum(len(model.references) for model in self.present)


def plan(models: int) -> Plan:
    """A project of so many models (`FEWEST_MODELS` or more), with 20 columns and 1.5 relationships each."""
    dice = random.Random(models)  # noqa: S311 - not for secrets: the same project each time is the point
    names = [model_name(number) for number in range(models)]
    return Plan(models=tuple(planned_model(number, names, dice) for number in range(models)))


def model_name(number: int) -> str:
    """What the model of this number is called."""
    _, prefix = _layer(number)
    entity = _ENTITIES[number // 7 % len(_ENTITIES)]
    return f"{prefix}_{entity}_{number:05d}"


def _layer(number: int) -> tuple[str, str]:
    return _LAYERS[number % len(_LAYERS)]


def planned_model(number: int, names: list[str], dice: random.Random) -> PlannedModel:
    """The model of this number in a project whose models are called so."""
    parents = _parents(number, len(names), dice)
    references = tuple(Reference(column=_key(names[parent]), parent=parent) for parent in parents)
    layer, _ = _layer(number)
    return PlannedModel(
        number=number,
        name=names[number],
        folder=f"{layer}/{_DOMAINS[number // len(_LAYERS) % len(_DOMAINS)]}",
        schema=f"prod_{layer}",
        key=_key(names[number]),
        columns=_columns(names[number], [names[parent] for parent in parents]),
        upstream=_upstream(number, dice),
        references=references,
    )


def _key(name: str) -> str:
    _, entity, digits = name.split("_")
    return f"{entity}_{digits}_id"


def _parents(number: int, models: int, dice: random.Random) -> list[int]:
    """One or two parents in turn, so 1.5 on average; the first models of a project are hubs, as real ones are."""
    parents: list[int] = []
    while len(parents) < 1 + number % 2:
        parent = int(models * dice.random() ** 2)
        if parent != number and parent not in parents:
            parents.append(parent)
    return parents


def _upstream(number: int, dice: random.Random) -> tuple[int, ...]:
    """Staging models read a source; the others read one to three models that stand before them."""
    layer, _ = _layer(number)
    if layer == "staging":
        return ()
    return tuple(sorted({dice.randrange(number) for _ in range(dice.randint(1, 3))}))


def _columns(name: str, parents: list[str]) -> tuple[PlannedColumn, ...]:
    key = PlannedColumn(name=_key(name), type="text", description=f"Identifies a row of {name}; made by hashing.")
    foreign = [
        PlannedColumn(name=_key(parent), type="text", description=f"The row of {parent} that this row belongs to.")
        for parent in parents
    ]
    attributes = [
        PlannedColumn(name=attribute, type=kind, description=description)
        for attribute, kind, description in _ATTRIBUTES
    ]
    return (key, *foreign, *attributes)[:COLUMNS]
