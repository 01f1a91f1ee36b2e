"""Runs the whole of PrecisionPulse on one machine: certificates, database, broker, programs.

The parts (`pki`, `database`, `broker`, `node`, `processes`) know nothing of each other; `stack` puts them together.
The integration tests use the same parts, so that what they prove is what `make run` starts.
"""
