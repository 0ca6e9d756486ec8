"""Paper by courier: parcels, what is in them, and what the courier says of them (快递送达、上门取件)."""
