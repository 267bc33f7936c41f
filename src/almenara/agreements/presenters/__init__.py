"""Agreements, systems and their map as their pages show them."""
