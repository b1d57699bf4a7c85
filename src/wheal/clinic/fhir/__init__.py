"""The record in the words of every other system: FHIR R4 over HTTP."""
