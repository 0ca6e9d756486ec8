"""What the sandboxes share: keys and trust, signed messages, a small server, an outbox that retries (or lies)."""
