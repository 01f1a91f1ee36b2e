"""The state machines of both ends, free of I/O: events and the time go in as arguments, effects come out."""
