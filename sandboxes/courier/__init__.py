"""A courier that carries nothing: its operator says where each parcel is, and it reports by signed callbacks."""
