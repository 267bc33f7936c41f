"""What the pages ask of people and institutions."""
