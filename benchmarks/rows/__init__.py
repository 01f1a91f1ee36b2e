"""The rows of the table, one file for each or for those that are measured together."""
