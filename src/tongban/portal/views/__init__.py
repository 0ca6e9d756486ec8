"""The portal's views, by what people do: enter, find, fill in, sign, follow, papers, their space."""
