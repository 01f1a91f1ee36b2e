"""The PrecisionPulse wire contract, generated from its schema."""
