"""Stories: identity over runs, coverage, description, threads, trust, explanations and corrections.

Everything here is a pure decision over the plain records in ``records``; the store reads and writes them, and nothing here touches it.
"""
