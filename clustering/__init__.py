"""samestory: how one story runs across outlets, languages and time.

The rooms stand in the order the data moves: ``pages`` -> ``articles`` -> ``vectors`` -> ``clusters`` -> ``stories`` ->
``feeds``; ``store`` keeps everything, ``steps`` runs one arrow, ``cli`` is the command line. Importing this package is
light: nothing heavy (torch, hdbscan, prefect) is loaded before it is needed.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
