"""Reports of a reaction to authorities: drawn up, finished, and what became of them. Nothing leaves by itself."""
