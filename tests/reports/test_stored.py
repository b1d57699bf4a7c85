"""A finished case comes back from JSON as it was."""

import json

import pytest

from reports.a_case import FULL, LEAST
from wheal.reports import e2b, stored


@pytest.mark.parametrize("report", [FULL, LEAST], ids=["full", "least"])
def test_a_case_comes_back_as_it_was(report):
    back = stored.from_json(json.loads(json.dumps(stored.as_json(report))))
    assert back == report
    assert e2b.message(back) == e2b.message(report)


def test_a_case_that_lacks_a_field_is_refused():
    told = stored.as_json(FULL)
    del told["narrative"]
    with pytest.raises(KeyError, match="narrative"):
        stored.from_json(told)
