"""FHIR R4 (4.0.1) as JSON: what its data types look like, what codes are called, how a search is read. Plain Python."""
