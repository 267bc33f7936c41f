"""What changes agreements and the inventory: each in one transaction, in the name of `by`."""
