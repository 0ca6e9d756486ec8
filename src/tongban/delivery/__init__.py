"""Paper by courier: parcels, and what the courier says of them (快递送达)."""
