"""What is read of agreements and systems, always within the reach of who reads."""
