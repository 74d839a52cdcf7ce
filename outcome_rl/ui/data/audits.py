"""What the check finds in files, remembered: it takes seconds, and a reload or the next visitor asks for the same."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass, field

from ...audit.findings import Finding
from ...data.dataset import Columns, sample_file
from ...runs.workspace import Workspace
from ..common import plots
from ..common.datasets import Dataset
from ..common.live_chart import figure_json

KEPT = 8
"""Files of visitors whose results are remembered, the ones checked last."""
EVERYBODY = ""
Key = tuple[str, ...]


@dataclass(frozen=True)
class AuditResult:
    """What the page shows of one file."""

    findings: tuple[Finding, ...]
    lengths: str


@dataclass
class AuditCache:
    """Results by whose file it is, by its content and by how it is read; one file is checked at a time.

    The sample's are everybody's and kept for good. Those of any other file are found from its owner's workspace alone,
    even where somebody else has the same.
    """

    workspace: Workspace
    _sample: OrderedDict[Key, AuditResult] = field(default_factory=OrderedDict)
    _others: OrderedDict[Key, AuditResult] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def key(self, dataset: Dataset) -> Key:
        """Of whoever asks. Raises DataError where the file is gone, OSError, RunError."""
        dataset.require_kept()
        everybodys = dataset.columns == Columns() and dataset.path.resolve() == sample_file("emails.csv").resolve()
        whose = EVERYBODY if everybodys else str(self.workspace.root)
        return (whose, hashlib.sha256(dataset.path.read_bytes()).hexdigest(), *asdict(dataset.columns).values())

    def known(self, key: Key) -> AuditResult | None:
        """What is remembered; it waits for nobody's check."""
        return self._kept(key).get(key)

    def get(self, key: Key, dataset: Dataset) -> AuditResult:
        """What is remembered, else what a check finds now. Raises DataError."""
        if found := self.known(key):
            return found
        with self._lock:
            found = self.known(key) or audit_dataset(dataset)
            kept = self._kept(key)
            kept[key] = found
            while len(kept) > KEPT:
                kept.popitem(last=False)
            return found

    def _kept(self, key: Key) -> OrderedDict[Key, AuditResult]:
        return self._sample if key[0] == EVERYBODY else self._others


def audit_dataset(dataset: Dataset) -> AuditResult:
    """Read and audit a file. Raises DataError."""
    from ...audit.audit import audit
    from ...audit.outcomes import words_by_outcome

    data = dataset.read()
    return AuditResult(audit(data), figure_json(plots.length_boxes(words_by_outcome(data))))
