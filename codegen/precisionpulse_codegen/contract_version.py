"""The version of the contract that the checked-in schema describes (A4).

`MAJOR` is the second level of every topic and the number in the package name `precisionpulse.v1`. `MINOR` counts the
releases within the major; raise it with the first schema change after
`proto/releases/v<MAJOR>.<MINOR>.binpb` was frozen."""

MAJOR = 1
MINOR = 0
