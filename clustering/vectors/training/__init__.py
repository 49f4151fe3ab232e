"""Training of the bundled encoder from parallel text; needs the ``train`` extra (sentencepiece, zstandard)."""
