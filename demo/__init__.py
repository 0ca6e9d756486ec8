"""The demonstration: two cities and three outside parties on one machine, and the main job driven through them."""
