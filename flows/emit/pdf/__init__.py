"""How documents are typeset: the templates and the compiler."""
