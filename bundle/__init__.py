"""The package for machines without a way to the internet: `python -m bundle` builds it, `python -m bundle.trial` tries it."""
