"""Fixtures that the tests of every app share."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone, translation

import people
from wheal.clinic.patients.models import History, Patient
from wheal.clinic.people.models import Clinic, Role, User


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """The real hash is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _every_test_begins_in_english() -> None:
    """A request leaves its language behind in the thread, and the next test would read its messages."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="session")
def _archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(autouse=True)
def _knowledge_is_kept_elsewhere(settings, _archive: Path) -> None:
    """Not among the data of whoever runs the tests."""
    settings.KNOWLEDGE_KEPT = _archive


@pytest.fixture(autouse=True)
def _files_are_kept_elsewhere(settings, tmp_path: Path) -> None:
    """Each test has a vault and a key of its own, made when it puts a first file in."""
    settings.VAULT, settings.VAULT_KEY_FILE, settings.VAULT_KEY = (
        tmp_path / "vault",
        tmp_path / "vault-key",
        "",
    )


@pytest.fixture
def clinic(db) -> Clinic:
    """In the United States."""
    return people.clinic()


@pytest.fixture
def french_clinic(db) -> Clinic:
    return people.clinic("Rue du Pont", jurisdiction="FR")


@pytest.fixture
def alice(clinic: Clinic) -> User:
    return people.person("Alice", Role.PHYSICIAN, clinic)


@pytest.fixture
def bob(clinic: Clinic) -> User:
    return people.person("Bob", Role.ASSISTANT, clinic)


@pytest.fixture
def charlie(french_clinic: Clinic) -> User:
    """A physician of another clinic."""
    return people.person("Charlie", Role.PHYSICIAN, french_clinic)


@pytest.fixture
def dora(clinic: Clinic) -> User:
    return people.person("Dora", Role.FRONT_DESK, clinic)


@pytest.fixture
def nora(clinic: Clinic) -> User:
    return people.person("Nora", Role.NURSE, clinic)


@pytest.fixture
def sam(clinic: Clinic) -> User:
    return people.person("Sam", Role.SAFETY_OFFICER, clinic)


@pytest.fixture
def ada(clinic: Clinic) -> User:
    return people.person("Ada", Role.ADMINISTRATOR, clinic)


@pytest.fixture
def patient(clinic: Clinic, alice: User) -> Patient:
    """Maria Rivera, 1984-05-02."""
    return people.patient(clinic, alice)


@pytest.fixture
def history(patient: Patient, alice: User) -> History:
    """Completed: nothing known against a treatment."""
    return people.completed_history(patient, alice)
