"""Messages and channel registry of major 1 of the contract."""
