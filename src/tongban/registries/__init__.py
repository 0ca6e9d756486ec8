"""Population, legal entities and places (三库): what the state already knows, so that nobody is asked for it twice."""
