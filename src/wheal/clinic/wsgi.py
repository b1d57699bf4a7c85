import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from wheal import knowledge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wheal.clinic.settings")
application = get_wsgi_application()

# Read now, so that the first visitor does not wait and whatever is wrong is told at the start.
knowledge.current()
get_resolver().check()
import_module("wheal.clinic.jobs").watch_the_clock()  # it needs the models, which need the application

# What was read now stays for good. Looking through it for rubbish took eighty milliseconds of some visitor's time.
gc.collect()
gc.freeze()
