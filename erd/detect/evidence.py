"""All that the artifacts say of keys and relationships, from the sources that an algorithm takes."""

from erd.artifacts.manifest import Manifest
from erd.checks import Algorithm
from erd.detect.claims import Evidence
from erd.detect.constraints import read_constraints
from erd.detect.data_tests import read_tests
from erd.detect.references import References
from erd.detect.semantic import read_semantic_models


def gather_evidence(manifest: Manifest, algorithm: Algorithm) -> Evidence:
    """Keys from tests, whatever the algorithm, and relationships from the sources that it takes.

    What cannot be understood is a warning that names the node and the reason. What contracts say of keys stays with
    their nodes.
    """
    evidence = Evidence()
    references = References(manifest)
    takes = {"all": ("test_relationship", "semantic", "model_contract")}.get(algorithm.name, (algorithm.name,))
    read_tests(manifest, references, evidence, algorithm.rule, "test_relationship" in takes)
    if "model_contract" in takes:
        evidence.claims.extend(read_constraints(manifest, references))
    if "semantic" in takes:
        evidence.claims.extend(read_semantic_models(manifest, references))
    return evidence
