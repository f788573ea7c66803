"""The words that all documents share: terms, names of values, how differences and reversals are told."""
