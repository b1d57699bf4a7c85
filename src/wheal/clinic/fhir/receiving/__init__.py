"""Resources of other systems, read into what the actions of the record take."""
