"""The door of time and queues: exactly one handler for each declared name."""
