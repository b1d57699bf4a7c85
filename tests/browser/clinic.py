"""The clinic that the browser tests walk through, made through the real actions: `python -m browser.clinic`.

Prints, as JSON, the sessions that are whole but for one thing each.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

import people  # noqa: E402
import ready  # noqa: E402
from wheal import bodymap, knowledge  # noqa: E402
from wheal.clinic.demo_quotes import quoted, state_prices  # noqa: E402
from wheal.clinic.demo_sessions import clock_at  # noqa: E402
from wheal.clinic.patients.models import Patient  # noqa: E402
from wheal.clinic.people.actions import choose_language, confirm_emergency_number, join  # noqa: E402
from wheal.clinic.people.models import Clinic, Role, User  # noqa: E402
from wheal.clinic.portal import actions as portal  # noqa: E402
from wheal.clinic.safety.reactions import actions as reactions  # noqa: E402
from wheal.clinic.safety.reactions.actions import NewReaction  # noqa: E402
from wheal.clinic.safety.watching import actions as watching  # noqa: E402
from wheal.clinic.stock.models import Lot  # noqa: E402
from wheal.clinic.treatments import actions  # noqa: E402
from wheal.clinic.treatments.models import Session  # noqa: E402


class Making:
    def __init__(self) -> None:
        self.clinic: Clinic = people.clinic()
        self.alice = people.person("Alice", Role.PHYSICIAN, self.clinic)
        self.paul = people.person("Paul", Role.PHYSICIAN, self.clinic)
        self.paul.credentials.filter(kind="mesotherapy_certificate").update(valid_until=lately())
        for name, role in (
            ("Bob", Role.ASSISTANT), ("Dora", Role.FRONT_DESK), ("Sam", Role.SAFETY_OFFICER),
            ("Petra", Role.NURSE), ("Ada", Role.ADMINISTRATOR),
        ):  # fmt: skip
            people.person(name, role, self.clinic)
        self.elsewhere()
        self.lot = ready.lot(self.clinic, self.alice, "K-1", containers=60)
        ready.lot(self.clinic, self.alice, "OLD-9", days=-9)

    def elsewhere(self) -> None:
        """Another clinic, of another country; who is not logged in reads its number too."""
        other = people.clinic("Rue du Pont", jurisdiction="FR")
        rene = people.person("Rene", Role.ADMINISTRATOR, other)
        confirm_emergency_number(clinic=other, number="15", by=rene)
        erin = people.person("Erin", Role.FRONT_DESK, self.clinic)  # works at both, and reads English
        join(user=erin, clinic=other, role=Role.FRONT_DESK, by=rene)
        choose_language(user=erin, language="en")

    def patient(self, name: str, answers: dict[str, object] | None = None) -> Patient:
        patient = people.patient(self.clinic, self.alice, family_name=name, birth_date=date(1979, 3, 9))
        people.completed_history(patient, self.alice, people.healthy_answers(answers))
        return patient

    def session(
        self, name: str, *, by: User | None = None, lot: Lot | None = None, count: int = 40, agrees: bool = True,
        answers: dict[str, object] | None = None,
    ) -> Session:  # fmt: skip
        by = by or self.alice
        session = ready.planned(self.patient(name, answers), by)
        if agrees:
            ready.agree(session, by)
        ready.drawn(session, ready.mixed(session, lot or self.lot, by), by, count)
        ready.checked(session, by)
        return session

    def booked(self, name: str) -> Session:
        """The history is asked; nothing else is."""
        return actions.book(
            clinic=self.clinic,
            patient=self.patient(name),
            planned_for=timezone.now(),
            practitioner=self.alice,
            by=self.alice,
        )

    def since_expired(self) -> Session:
        """Drawn from when it was good; the box was read wrongly, and the lot is corrected afterwards."""
        lot = ready.lot(self.clinic, self.alice, "K-2")
        session = self.session("Expiring", lot=lot)
        Lot.objects.filter(pk=lot.pk).update(expires=lately())
        return session

    def ill(self) -> int:
        """Three signed sessions from one lot; two of the patients fell ill, and the third is about to say so."""
        lot, known = ready.lot(self.clinic, self.alice, "BAD-7"), knowledge.current()
        sessions = [self.session(f"Illwell {turn}", lot=lot, count=20) for turn in range(3)]
        for session in sessions:
            actions.sign_off(session=session, by=self.alice, known=known)
        for session in sessions[:2]:
            new = NewReaction("suspected_infection", self.clinic.day_of(), sessions=[session])
            reaction = reactions.record(patient=session.patient, new=new, by=self.alice, known=known)
            watching.judge(reaction)
        return sessions[2].patient_id

    def comes_again(
        self,
        name: str,
        area: str,
        purpose: str,
        technique: str,
        lot: Lot,
        counts: tuple[int, ...],
        **drawn: object,
    ) -> Session:
        """Treated five weeks ago; today everything is agreed, nothing is mixed and nothing is drawn."""
        substance, volume_ml = lot.product.substance, Decimal(str(drawn["volume_ml"]))
        with clock_at(timezone.now() - timedelta(days=36)):
            patient = self.patient(name)
            first = actions.book(
                clinic=self.clinic,
                patient=patient,
                planned_for=timezone.now(),
                practitioner=self.alice,
                by=self.alice,
            )
            actions.save_plan(
                session=first, by=self.alice, purpose=purpose, area=area, technique=technique, substances=[substance],
                sessions=4, price=Decimal(900), currency="USD",
            )  # fmt: skip
            first.refresh_from_db()
            ready.agree(first, self.alice)
            actions.save_weight(session=first, weight_kg=Decimal(62), by=self.alice)
            for count in counts:
                mix = ready.mixed(first, lot, self.alice)
                row = actions.add_pass(session=first, mix=mix, by=self.alice, known=knowledge.current())
                outline = [(x, y) for x, y in row.outline]
                points = bodymap.lay_grid(outline, Decimal(str(drawn["spacing_cm"])), "hexagonal")[:count]
                actions.save_pass(
                    row=row, by=self.alice, points=points, outline=outline, pattern="hexagonal",
                    spacing_cm=Decimal(str(drawn["spacing_cm"])), depth_mm=Decimal(str(drawn["depth_mm"])),
                    volume_ml=volume_ml,
                )  # fmt: skip
            ready.checked(first, self.alice)
            actions.sign_off(
                session=first, by=self.alice, known=knowledge.current(), reason="The usual course."
            )
        people.completed_history(patient, self.alice)  # asked anew: such answers count on their own day
        return actions.book(
            clinic=self.clinic,
            patient=patient,
            planned_for=timezone.now(),
            practitioner=self.alice,
            by=self.alice,
        )

    def papules(self, name: str) -> Session:
        """Agreed to, never treated before: the skin of the abdomen with two substances."""
        session = self.booked(name)
        actions.save_plan(
            session=session, by=self.alice, purpose="skin", area="abdomen", technique="papule",
            substances=["lidocaine", "procaine"], sessions=4, price=Decimal(900), currency="USD",
        )  # fmt: skip
        session.refresh_from_db()
        ready.agree(session, self.alice)
        return session

    def recipe(self, name: str, lot: Lot, volume_ml: str) -> None:
        product = lot.product
        line = actions.NewLine(product.substance, product.strength, product.strength_unit, Decimal(volume_ml))
        actions.write_protocol(clinic=self.clinic, name=name, lines=[line], by=self.alice)


def at_home(making: Making) -> dict[str, int]:
    """Somebody who was treated once, and has the next plan with its quote to read at home."""
    first = making.session("Homewood")
    actions.sign_off(session=first, by=making.alice, known=knowledge.current())
    again = ready.planned(first.patient, making.alice, timezone.now() + timedelta(days=20))
    actions.save_plan(
        session=again, by=making.alice, purpose="fat", area="submental", technique="point_by_point",
        substances=["deoxycholic_acid"], sessions=2, price=Decimal(480), currency="USD",
    )  # fmt: skip
    again.refresh_from_db()
    state_prices(making.clinic, by=making.alice)
    quoted(first.patient, physician=making.alice, desk=making.alice, accepted=False)
    portal.hand_over(session=again, by=making.alice, known=knowledge.current())
    return {"at_home": first.patient_id, "text_at_home": again.pk}


def lately() -> date:
    """Past in every time zone."""
    return timezone.localdate() - timedelta(days=2)


def of_the_room(making: Making) -> dict[str, int]:
    """Two people who come again: forty points under the chin, a hundred and twenty on the abdomen in two passes."""
    with clock_at(timezone.now() - timedelta(days=40)):
        acid = ready.lot(making.clinic, making.alice, "K-7", days=200)
        lidocaine = ready.lot(making.clinic, making.alice, "L-1", substance="lidocaine")
    making.recipe("Chin 8 mL", acid, "8")
    making.recipe("Abdomen 3 mL", lidocaine, "3")
    chin = {"spacing_cm": 1, "depth_mm": 6, "volume_ml": "0.2"}
    belly = {"spacing_cm": 2, "depth_mm": 2, "volume_ml": "0.05"}
    for substance, lot in (
        ("lidocaine", lidocaine),
        ("procaine", ready.lot(making.clinic, making.alice, "P-1", substance="procaine")),
    ):
        making.recipe(f"Papules {substance} 6 mL", lot, "6")
    fresh = ready.planned(making.patient("Firstly"), making.alice)
    ready.agree(fresh, making.alice)
    return {
        "chin_again": making.comes_again(
            "Chinnery", "submental", "fat", "point_by_point", acid, (40,), **chin
        ).pk,
        "belly_again": making.comes_again(
            "Bellamy", "abdomen", "skin", "papule", lidocaine, (60, 60), **belly
        ).pk,
        "chin_first": fresh.pk,
        "belly_first": making.papules("Bellwether").pk,
        "chin_later": making.comes_again(
            "Laterson", "submental", "fat", "point_by_point", acid, (40,), **chin
        ).pk,
        "remembered": making.session("Rememberley").pk,
        "followed": making.comes_again(
            "Followell", "submental", "fat", "point_by_point", acid, (40,), **chin
        ).patient_id,
        "mapped": making.session("Mapley").pk,
    }


@transaction.atomic
def made() -> dict[str, int]:
    making = Making()
    return of_the_room(making) | {
        "fifty": making.session("Fiftyson", count=50).pk,
        "expired": making.since_expired().pk,
        "lapsed": making.session("Lapsely", by=making.paul).pk,
        "no_consent": making.session("Unasked", agrees=False).pk,
        "pregnant": making.session("Expectant", answers={"pregnant": True}).pk,
        "recalled": making.session("Fridayson").pk,
        "by_finger": making.session("Fingerson").pk,
        "whole": making.session("Wholeworth").pk,
        "keyboard": making.booked("Keyes").pk,
        **{f"kept_{turn}": making.session(f"Keptley {turn}", agrees=False).pk for turn in range(6)},
        **{f"twice_{turn}": making.session(f"Twicewell {turn}").pk for turn in range(3)},
        "two_tabs": making.session("Tabley", agrees=False).pk,
        "to_amend": making.session("Amendley", answers={"blood_thinners": ["aspirin"]}).pk,
        "ill": making.ill(),
        "asked": making.patient("Askwell").pk,
        **at_home(making),
        "on_the_phone": ready.planned(making.patient("Phoneham"), making.alice).pk,
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(made()))
