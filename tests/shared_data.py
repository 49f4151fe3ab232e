"""Where real data lies when a maintainer has it; tests that need it skip when it is absent."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
