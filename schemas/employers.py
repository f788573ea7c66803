"""When two employers are one: a placement goes on with the same one (RULES section 4.2)."""

import polars as pl


def compared_employers(names: pl.Series) -> pl.Series:
    """Employers as they are compared (RULES section 4.2): trimmed and case-folded, which Polars does not know.

    >>> compared_employers(pl.Series([" Bäckerei Groß", "BÄCKEREI GROSS ", None])).to_list()
    ['bäckerei gross', 'bäckerei gross', None]
    """
    written = names.unique().drop_nulls()
    return names.replace_strict(
        written, pl.Series([name.strip().casefold() for name in written], dtype=pl.String), default=None
    )
