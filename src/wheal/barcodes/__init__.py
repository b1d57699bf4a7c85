"""What a barcode says: GS1 element strings, their bracketed form, and GS1 Digital Link addresses.

read("010950600013435217271231\\x1d10ABC123", today=date.today()).lot  # from the site
answer_line(b'{"data": "..."}', date.today())                          # from the command line
national("03400930000120").number                                      # "3400930000120", a CIP13
"""

from wheal.barcodes.national import National, identities, national
from wheal.barcodes.refusals import REASONS, Unreadable
from wheal.barcodes.scanning import Scan, answer_line, read

__all__ = ["REASONS", "National", "Scan", "Unreadable", "answer_line", "identities", "national", "read"]
