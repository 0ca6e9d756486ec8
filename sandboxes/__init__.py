"""External parties as sandboxes: a face check, a courier, a tax office, an acquirer. Each is a process of its own with its own
keys and store; nothing in here imports tongban, as nothing of a real provider would."""
