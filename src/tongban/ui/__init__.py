"""Page furniture that the doors share: words, macros, layout, who may open a page, safe headers."""
