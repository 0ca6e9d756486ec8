"""Who people, firms and officers are to this node: accounts, proofs, mandates, offices and their tree."""
