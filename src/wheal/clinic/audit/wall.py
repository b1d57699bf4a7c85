"""A second wall around each clinic's patients, held by PostgreSQL itself: row-level policies for the role that serves.

A query that forgets its clinic gets no row of another. Whoever owns the tables is not held by it, nor is somebody who
has the serving role's password and says which clinics they want: see the decision on it.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from wheal.clinic.walls import EVERY, SETTING

OF_A_CLINIC: Final = (
    "patients_patient", "treatments_session", "safety_reaction", "quotes_quote", "appointments_appointment",
    "appointments_waiting",
)  # fmt: skip
"""Tables that name the clinic in a column."""
BESIDE: Final = {
    "patients_history": ("patient_id", "patients_patient"),
    "treatments_plan": ("patient_id", "patients_patient"),
    "photographs_photograph": ("patient_id", "patients_patient"),
    "photographs_photographconsent": ("patient_id", "patients_patient"),
    "followup_measure": ("patient_id", "patients_patient"),
    "followup_contact": ("patient_id", "patients_patient"),
    "preparing_behaviour": ("patient_id", "patients_patient"),
    "preparing_owndoctor": ("patient_id", "patients_patient"),
    "preparing_question": ("patient_id", "patients_patient"),
    "safety_patientreport": ("patient_id", "patients_patient"),
    "portal_ownhistory": ("patient_id", "patients_patient"),
    "portal_ownact": ("patient_id", "patients_patient"),
    "portal_message": ("patient_id", "patients_patient"),
    "portal_datarequest": ("patient_id", "patients_patient"),
    "rights_forgetting": ("patient_id", "patients_patient"),
    "treatments_consent": ("plan_id", "treatments_plan"),
    "treatments_mix": ("session_id", "treatments_session"),
    "treatments_pass": ("session_id", "treatments_session"),
    "treatments_amendment": ("session_id", "treatments_session"),
    "portal_handedtext": ("session_id", "treatments_session"),
}
"""Tables that are seen where the row is seen that they belong to."""
NAME: Final = "clinics_that_are_seen"
_SAID: Final = f"coalesce(current_setting('{SETTING}', true), '')"
_FUNCTIONS: Final = (
    "CREATE OR REPLACE FUNCTION wheal_sees_all() RETURNS boolean LANGUAGE sql STABLE "
    f"AS $$ SELECT {_SAID} = '{EVERY}' $$",
    "CREATE OR REPLACE FUNCTION wheal_clinics() RETURNS bigint[] LANGUAGE sql STABLE "
    f"AS $$ SELECT CASE WHEN {_SAID} IN ('', '{EVERY}') THEN '{{}}'::bigint[] "
    f"ELSE string_to_array({_SAID}, ',')::bigint[] END $$",
)
"""They name nothing of the schema: a dump has an empty search path."""


class NoWall(Exception):
    """SQLite has no policies: one file is one process's, and there is one wall, the site's own."""


def up() -> list[str]:
    """As the owner of the tables; again after an upgrade that adds tables. Answers which have it."""
    down()
    rules = dict.fromkeys(OF_A_CLINIC, "clinic_id = ANY ((SELECT wheal_clinics())::bigint[])")
    for table, (key, other) in BESIDE.items():
        rules[table] = f"EXISTS (SELECT 1 FROM {other} WHERE {other}.id = {table}.{key})"  # noqa: S608
    with connection.cursor() as cursor:
        for function in _FUNCTIONS:
            cursor.execute(function)
        for table, rule in rules.items():
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"CREATE POLICY {NAME} ON {table} USING ((SELECT wheal_sees_all()) OR {rule})")
    return sorted(rules)


def down() -> None:
    if connection.vendor != "postgresql":
        raise NoWall
    with connection.cursor() as cursor:
        for table in standing():
            cursor.execute(f"DROP POLICY {NAME} ON {table}")
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def standing() -> list[str]:
    """The tables that have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = %s ORDER BY 1", [NAME])
        return [table for (table,) in cursor.fetchall()]
