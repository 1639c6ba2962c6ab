"""The vocabulary: frozen, typed values that every room shares, and nothing that acts.

Import from the submodules: ``names``, ``value``, ``record``, ``setup``, ``link``, ``plan``, ``run``, ``reasons``,
``problems``, ``catalogue``.
"""
