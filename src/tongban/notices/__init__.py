"""What people are told: notices in their space, and texts to their phones through the SMS port."""
