"""Charts drawn on the server: what they are given (data), their pictures, sentences and tables (drawn)."""
