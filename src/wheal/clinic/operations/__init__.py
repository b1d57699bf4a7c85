"""How the site is kept running: what it says when the ground gives way, what it writes down, counts and shows."""
