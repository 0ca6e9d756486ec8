"""The people's door: find, fill in, sign, submit, follow; on a phone, by keyboard, without JavaScript."""
