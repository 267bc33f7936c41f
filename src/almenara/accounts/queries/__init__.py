"""What is read of people, institutions and grants; every list within the reader's reach."""
