"""SIMULATED case workers' notes with known truth: nobody in them exists. They measure what is found and missed."""
