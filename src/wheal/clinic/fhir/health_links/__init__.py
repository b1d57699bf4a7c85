"""SMART Health Links: the passport of a patient as an IPS document, for whoever they show it to."""
