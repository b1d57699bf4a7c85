"""What many clinics count together: measures are data, and three engines give the same counts.

    counted = plain.counts(measure, rows)                 # the reference: plain Python over rows
    counted = duck.Duck(files).counts(measure)            # DuckDB over the store's Parquet: the default
    counted = spark.Spark(session, files).counts(measure) # the same over a cluster
    lines = answers.lines(measure, counted)               # with exact intervals, and without what is too small to show

A measure is a file of the knowledge (`wheal.knowledge.measuring`). `submissions` says what leaves a clinic,
`deidentifying` how persons, days and rare things are hidden in it, `store` how it is kept.
docs/explanation/the-registry.md tells the method.
"""
