"""Script-independent surface features of a text: names, places, numbers, words, English glosses.

Light: the standard library, numpy and `regex`; the lexicon is read on first use (under a second).
"""

from clustering.names.entities import NameSet, find_names
from clustering.names.features import SurfaceFeatures, surface_features, surface_features_batch
from clustering.names.glosses import gloss_words
from clustering.names.lexicon import name_key
from clustering.names.matrices import to_csr
from clustering.names.numbers import NumberSet, find_numbers
from clustering.names.romanise import romanise
from clustering.names.stable_hash import stable_hash
from clustering.names.words import content_words

__all__ = [
    "NameSet",
    "NumberSet",
    "SurfaceFeatures",
    "content_words",
    "find_names",
    "find_numbers",
    "gloss_words",
    "name_key",
    "romanise",
    "stable_hash",
    "surface_features",
    "surface_features_batch",
    "to_csr",
]
