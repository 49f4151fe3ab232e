"""Prefect flows: thin, they know when; ``clustering`` knows how. Name = file = function = deployment."""
