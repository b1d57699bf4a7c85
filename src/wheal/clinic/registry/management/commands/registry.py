"""`wheal manage --data DIR registry …`: who may send to the registry of this server, and is what it holds sound."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wheal.clinic.people.models import Clinic
from wheal.clinic.registry import actions
from wheal.clinic.registry.delivering import allowed, store
from wheal.clinic.registry.models import Analysts, Contributor
from wheal.measures.checking import problems


class Command(BaseCommand):
    help = (
        "Admit a clinic of another server, end one and take its months out, name whose people read, list them all, "
        "or check what is held."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        does = parser.add_subparsers(dest="does", required=True, metavar="WHAT")
        admit = does.add_parser("admit", help="by the name and the key that the clinic's own page shows")
        admit.add_argument("name", metavar="NAME")
        admit.add_argument("key", metavar="KEY")
        admit.add_argument("called", metavar="CALLED", help="which clinic that is; it stays on this server")
        end = does.add_parser("end", help="it may send no more, and everything of it is taken out")
        end.add_argument("name", metavar="NAME")
        named = does.add_parser(
            "analysts", help="people of a clinic of this server that read what is counted"
        )
        named.add_argument("clinic", metavar="CLINIC", help="as it is called on this server")
        named.add_argument("--no-more", action="store_true", help="they read it no longer")
        does.add_parser("list", help="who sends, since when, how many months are held")

        check = does.add_parser("check", help="whether every row that is held would be taken today")
        check.add_argument(
            "--take-out", action="store_true", help="months that would not be; their clinics send them again"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        does = {
            "admit": self._admit,
            "analysts": self._analysts,
            "end": self._end,
            "list": self._list,
            "check": self._check,
        }
        does[options["does"]](options)

    def _admit(self, said: dict[str, str]) -> None:
        try:
            made = actions.admit(name=said["name"], key=said["key"], called=said["called"])
        except actions.NotAdmitted as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{made} may send from now on")

    def _end(self, said: dict[str, str]) -> None:
        made = Contributor.objects.standing().filter(name=said["name"]).first()
        if made is None:
            raise CommandError(f"{said['name']} is not among those who send")
        actions.let_go(contributor=made, why="ended at the console")
        self.stdout.write(f"{made} sends no more, and nothing of it is held")

    def _analysts(self, said: dict[str, Any]) -> None:
        try:
            clinic = Clinic.objects.get(name=said["clinic"])
        except (Clinic.DoesNotExist, Clinic.MultipleObjectsReturned) as problem:
            raise CommandError(f"{said['clinic']} is not the name of one clinic of this server") from problem
        if said["no_more"]:
            actions.end_analysts(clinic=clinic)
            self.stdout.write(f"{clinic.name} reads it only as long as it counts here itself")
        else:
            actions.name_analysts(clinic=clinic)
            self.stdout.write(f"{clinic.name} reads what is counted here")

    def _list(self, said: dict[str, str]) -> None:
        for made in Contributor.objects.all():
            held = store().editions(made.name)
            months = f"{len(held)} months, to {max(held)}" if held else "nothing"
            since = f"since {made.admitted_at:%Y-%m-%d}"
            until = f", ended {made.ended_at:%Y-%m-%d}" if made.ended_at else ""
            self.stdout.write(f"{made} · {since}{until} · {months}")
        for named in Analysts.objects.select_related("clinic").order_by("clinic"):
            self.stdout.write(f"{named.clinic.name} · its people read what is counted here")

    def _check(self, said: dict[str, Any]) -> None:
        """Ends with an error where something was found and stays."""
        found = list(problems(store(), allowed()))
        for problem in found:
            self.stdout.write(str(problem))
        if not found:
            self.stdout.write("every row that is held would be taken today")
        elif said["take_out"]:
            actions.take_out_months(months={(one.receipt.clinic, one.receipt.month) for one in found})
            self.stdout.write("these months are taken out; their clinics send them again the next night")
        else:
            raise CommandError(f"{len(found)} found; with --take-out these months go and are sent again")
