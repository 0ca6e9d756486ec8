"""One payment, split among payees, and the ledger that says where every fen is (一键缴费、复式账)."""
