"""The only room that knows all others: settings, urls, the `tongban` command, PostgreSQL, nodes, processes."""
