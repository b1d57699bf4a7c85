"""Everything at once: asked for, written in the background, fetched as files, gone after a day."""
