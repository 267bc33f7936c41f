"""Almenara: the platform."""
