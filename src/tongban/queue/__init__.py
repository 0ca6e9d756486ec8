"""Work put off: a declared name, put into PostgreSQL in the transaction of the change that needs it."""
