"""The logistic-normal mixed model: an effect of each area, and of each PSU within it, on survey cells."""
