"""好差评: one rating a case; a bad one opens a follow-up that must be closed."""
