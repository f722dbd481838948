"""The judge of Mermaid says what is valid, and what is not, document by document."""

from tests.tools.mermaid_judge import MermaidJudge, ReadLine, ReadRow

VALID = """\
erDiagram
  direction LR
  t1["a#35;"]:::x {
    int id PK, FK "why"
  }
  t1 }o..|| t2 : "to"
  classDef x stroke:#fff
"""
BROKEN = "erDiagram\n  t1 {\n    pk pk\n  }\n"


def test_a_valid_diagram_is_told_with_its_tables_rows_and_lines(mermaid: MermaidJudge) -> None:
    diagram = mermaid.read(VALID)
    assert diagram.errors == ()
    assert [(box.id, box.title, box.classes) for box in diagram.entities] == [("t1", "a#", ("x",)), ("t2", "", ())]
    assert diagram.entities[0].rows == (ReadRow("int", "id", ("PK", "FK"), "why"),)
    assert diagram.lines == (ReadLine("t1", "t2", "to", "ZERO_OR_MORE", "ONLY_ONE", solid=False),)
    assert (diagram.classes, diagram.direction) == (("x",), "LR")


def test_a_broken_diagram_leaves_the_next_one_alone(mermaid: MermaidJudge) -> None:
    assert [mermaid.read(document).errors == () for document in (VALID, BROKEN, VALID)] == [True, False, True]
