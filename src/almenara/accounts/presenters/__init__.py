"""What the pages say of people and grants."""
