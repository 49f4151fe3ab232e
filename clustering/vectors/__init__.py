"""Articles to vectors: encoders, the bundled model and its training, the recipe of the text."""
