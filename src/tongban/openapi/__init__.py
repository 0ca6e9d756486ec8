"""The door of machines: other cities, departments' own systems, couriers, and anybody's programs."""
