"""What happened after a session, judged without a clinic's database: red flags, seriousness, causality, expectation.

found = flags.raised(kind="abscess", warnings=["warning_fever_with_nodules"], known=known)
causality.score({"after_it": "yes", "other_causes": "no"})       # Naranjo: 4, possible
expected.judge("nodule", ["deoxycholic_acid"], known).standing     # "label"
"""
