"""What is done from the pages of this app; the log itself is written by nobody."""
