"""What a step tells its caller when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["StepSummary"]


@dataclass(frozen=True, slots=True)
class StepSummary:
    """One executed step: its run id and what it counted."""

    step: str
    run_id: int
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def n_failed_pages(self) -> int:
        """Pages of this run that did not become articles."""
        return self.counts.get("reject", 0) + self.counts.get("quarantine", 0)
