"""The subcommands, a module for each kind of work."""
