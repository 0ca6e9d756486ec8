"""The officers' door: a queue by what is due, a case on one screen, every command by keyboard."""
