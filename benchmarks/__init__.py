"""How fast PrecisionPulse is on the machine at hand, beside its targets and beside other programs (`make bench`)."""
