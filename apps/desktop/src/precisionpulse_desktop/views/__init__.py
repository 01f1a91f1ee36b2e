"""The windows: how things look. Everything that changes often is painted by a timer, never once for each event."""
