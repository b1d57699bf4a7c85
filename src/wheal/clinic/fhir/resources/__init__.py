"""One module for each part of the record: how its rows read as FHIR, and by what they are found."""
