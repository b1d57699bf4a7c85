"""One report as an ICH E2B(R3) message (HL7 v3, MCCI_IN200100UV01).

Structure, order and code systems follow the ICH Implementation Guide and FDA's public sample reports. Checked by
`wheal.reports.rules` first: this writes what it is given.
"""

from wheal.reports.e2b.message import message

__all__ = ["message"]
