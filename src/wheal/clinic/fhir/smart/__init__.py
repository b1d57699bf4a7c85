"""SMART on FHIR: programs that ask for leave, what they are given, and for whose record."""
