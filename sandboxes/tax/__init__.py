"""A tax office's own system: it takes tasks, checks them by its own rules, and answers for itself."""
