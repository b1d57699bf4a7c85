"""Who and what the demo clinics are made of. Every name is invented; telephone numbers are for fiction."""

from __future__ import annotations

from typing import Final, NamedTuple


class Person(NamedTuple):
    username: str
    first_name: str
    last_name: str
    role: str
    credentials: tuple[str, ...] = ()
    lapsed: str = ""  # the kind of credential that has expired


class Patient(NamedTuple):
    family_name: str
    given_names: str
    born: str
    sex: str
    history: str = ""  # a key of HISTORIES; "" where none was asked yet


class Shelf(NamedTuple):
    substance: str
    name: str
    strength: str  # as the box of the invented product says
    container_kind: str
    container_ml: str


PHYSICIAN: Final = ("licence", "mesotherapy_certificate", "insurance")
NURSE: Final = ("licence", "mesotherapy_certificate", "delegation")

US_PEOPLE: Final = (
    Person("ada", "Ada", "Madeup", "administrator"),
    Person("alice", "Alice", "Fictional", "physician", PHYSICIAN),
    Person("paul", "Paul", "Pretend", "physician", PHYSICIAN, lapsed="mesotherapy_certificate"),
    Person("nora", "Nora", "Invented", "nurse", NURSE),
    Person("bob", "Bob", "Makebelieve", "assistant"),
    Person("dora", "Dora", "Imaginary", "front_desk"),
    Person("sam", "Sam", "Supposed", "safety_officer"),
)
FR_PEOPLE: Final = (
    Person("adele", "Adèle", "Fictive", "administrator"),
    Person("camille", "Camille", "Imaginaire", "physician", PHYSICIAN),
    Person("ines", "Inès", "Inventée", "nurse", NURSE),
    Person("basile", "Basile", "Supposé", "assistant"),
    Person("delphine", "Delphine", "Exemple", "front_desk"),
    Person("sacha", "Sacha", "Modèle", "safety_officer"),
)

US_PATIENTS: Final = (
    Patient("Samplewood", "Maria", "1984-05-02", "female", "clear"),
    Patient("Testwell", "Grace", "1979-11-23", "female", "clear"),
    Patient("Mockingham", "Elena", "1990-02-14", "female", "clear"),
    Patient("Placeholder", "Susan", "1972-07-30", "female", "warfarin"),
    Patient("Dummont", "Olivia", "1988-09-09", "female", "soy"),
    Patient("Specimen", "Irene", "1995-12-01", "female", "pregnant"),
    Patient("Samplewood", "Harold", "1966-03-17", "male", "clear"),
    Patient("Prototype", "Daniel", "1981-06-05", "male", "clear"),
    Patient("Fauxley", "Ruth", "1969-01-28", "female", "unfinished"),
    Patient("Standin", "Carmen", "1986-10-11", "female", "clear"),
    Patient("Anyperson", "Joan", "1975-04-19", "female", "clear"),
    Patient("Noname", "Teresa", "1992-08-08", "female"),
    Patient("Whoever", "Lucia", "1983-02-02", "female"),
    Patient("Nobodyson", "Erik", "1978-12-24", "male"),
    Patient("Somebody", "Anne-Lise", "1991-05-16", "female"),
    Patient("Unreal", "Zoë", "1987-03-03", "female"),
    Patient("O’Fiction", "Maeve", "1994-07-21", "female"),
    Patient("Van der Schein", "Hanna", "1970-09-14", "female"),
    Patient("Illusion", "Petra", "1985-11-30", "female", "hypertension"),
    Patient("Example", "José", "1989-06-26", "male"),
)
FR_PATIENTS: Final = (
    Patient("Exemplaire", "Élodie", "1984-05-02", "female", "clear"),
    Patient("Dupont-Fictif", "Marie", "1976-02-11", "female", "clear"),
    Patient("Prétendu", "Chloé", "1991-08-23", "female", "warfarin"),
    Patient("L’Inventée", "Manon", "1988-12-05", "female", "clear"),
    Patient("Factice", "Jean-Pierre", "1968-04-30", "male", "clear"),
    Patient("Imaginé", "Léa", "1993-10-17", "female", "pregnant"),
    Patient("Quidam", "Sylvie", "1971-01-09", "female"),
    Patient("Personne", "Ulysse", "1980-06-21", "male"),
    Patient("Modèle", "Françoise", "1965-03-27", "female"),
    Patient("Spécimen", "Noémie", "1996-09-02", "female"),
)

YEARS: Final = (
    Patient("Evermore", "Flora", "1982-06-09", "female", "clear"),
    Patient("Yearlong", "Dolores", "1977-10-22", "female", "clear"),
)
"""Treated six times and followed for two years: the first kept her weight, the second gained."""
ONCE: Final = (
    Patient("Oncewell", "Ada-Rose", "1985-01-17", "female", "clear"),
    Patient("Oncewell", "Bertram", "1973-05-03", "male", "clear"),
    Patient("Oncewell", "Cosima", "1990-09-26", "female", "clear"),
    Patient("Oncewell", "Desmond", "1968-12-12", "male", "clear"),
    Patient("Oncewell", "Edwina", "1979-03-30", "female", "clear"),
    Patient("Oncewell", "Fabian", "1987-07-08", "male", "clear"),
    Patient("Oncewell", "Greta", "1993-11-14", "female", "clear"),
    Patient("Oncewell", "Hedwig", "1971-02-25", "female", "clear"),
    Patient("Oncewell", "Isidor", "1984-08-19", "male", "clear"),
    Patient("Oncewell", "Jemima", "1976-04-01", "female", "clear"),
)
"""Treated once; the last of them never came back."""

HISTORIES: Final[dict[str, dict[str, object]]] = {
    "clear": {},
    "warfarin": {"blood_thinners": ["warfarin"]},
    "hypertension": {"heart_and_circulation": ["hypertension"]},
    "soy": {"food_and_plant_allergies": ["soy"]},
    "pregnant": {"pregnant": True},
    "unfinished": {"blood_thinners": None, "food_and_plant_allergies": None},
}

SHELF: Final = (
    Shelf("deoxycholic_acid", "Demoxychol", "10 mg/mL", "single_dose", "2"),
    Shelf("lidocaine", "Democaine", "10 mg/mL", "multi_dose", "20"),
    Shelf("lidocaine_epinephrine", "Democaine Adrenaline", "10 mg/mL", "multi_dose", "20"),
    Shelf("procaine", "Demoprocaine", "10 mg/mL", "single_dose", "2"),
    Shelf("hyaluronic_acid_non_crosslinked", "Demohyal", "15 mg/mL", "single_dose", "3"),
    Shelf("hyaluronidase", "Demolase", "150 [USP'U]/mL", "single_dose", "1"),
    Shelf("sodium_chloride_0_9", "Demosalt", "9 mg/mL", "single_dose", "10"),
    Shelf("phosphatidylcholine_deoxycholate", "Demolipo", "50 mg/mL", "single_dose", "5"),
    Shelf("traumeel_heel_injectables", "Demoarnica", "1 mL/mL", "single_dose", "2.2"),
    Shelf("edta_disodium", "Demochelate", "32 mg/mL", "single_dose", "5"),
)
EXPIRED: Final = "lidocaine"
USED_MOST: Final = "deoxycholic_acid"
RECALLED: Final = "hyaluronidase"
RECALL_REASON: Final = {
    "en": "Invented for the demonstration: particles were seen in two vials.",
    "fr": "Inventé pour la démonstration : des particules ont été vues dans deux flacons.",
}
