"""The desk's pages, by what officers do. A view translates, makes one call, translates back."""
