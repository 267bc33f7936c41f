"""Simulation studies: coverage, error and calibration over many samples of a country whose truth is known."""
