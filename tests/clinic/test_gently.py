"""Pictures are drawn where nobody else waits for them."""

import os
import threading
from io import BytesIO

import pytest
from django.utils import translation
from PIL import Image

from wheal.clinic import gently
from wheal.clinic.photographs import pictures, uploads


@gently.gently
def _place() -> tuple[int, int]:
    return threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@gently.gently
def _one_in_another() -> tuple[int, int]:
    return _place()


def test_steps_back_from_whoever_asks():
    mine = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    thread, place = _place()
    assert thread != threading.get_native_id()
    assert place == max(mine, gently.LAST)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == mine


def test_one_thread_whoever_asks_and_what_asks_within_goes_on_there():
    others: list[tuple[int, int]] = []
    asking = [threading.Thread(target=lambda: others.append(_one_in_another())) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(10)
    assert {*others} == {_place()}


def test_a_refusal_comes_back_in_the_language_of_whoever_sent_it():
    with translation.override("fr"), pytest.raises(uploads.PictureRefused) as refused:
        uploads.read(b"no picture")
    assert "image" in refused.value.reason
    assert refused.value.code == "wrong_kind"


def test_draws_as_it_did():
    out = BytesIO()
    Image.new("RGB", (400, 300), (200, 170, 150)).save(out, "JPEG")
    read = uploads.read(out.getvalue()).image
    assert pictures.opened(pictures.jpeg(read, 90)).size == (400, 300)


def test_a_worker_that_was_forked_has_a_thread_of_its_own():
    _place()
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, b"%d" % (_place()[0] != os.getpid()))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(reading, 1) == b"1"
