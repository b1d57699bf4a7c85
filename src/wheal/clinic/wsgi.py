import os
import sys
from importlib import import_module

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from wheal import knowledge
from wheal.clinic import rubbish
from wheal.clinic.operations import alone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wheal.clinic.settings")
application = get_wsgi_application()
alone.end_with_the_first()

# An answer of the database waits for the thread that is just making a page: half a millisecond each time, not five.
sys.setswitchinterval(0.0005)

# Read now, so that the first visitor does not wait and whatever is wrong is told at the start.
knowledge.current()
get_resolver().check()
import_module("wheal.clinic.jobs").watch_the_clock()  # it needs the models, which need the application
rubbish.settle()
