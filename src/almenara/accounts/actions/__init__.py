"""What changes people, institutions and grants: keyword-only, by=, one transaction, the log entry inside it."""
