"""Documents: results → workbooks, tables, lists."""
