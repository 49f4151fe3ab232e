"""``python -m clustering.cli``: the same as the command ``samestory``."""

from clustering.cli import main

main()
