"""Clinics' days played against the real server: who opens what, how often, and how long they wait."""
