"""Worlds: data sets of sales emails whose truth is known, to measure what the product really gains.

A world writes contexts, emails and outcomes, and it has a buyer that can say of *any* email what it would truly earn.
The buyers differ in taste, so that no fixed rule wins everywhere, and most of them judge meaning (which benefit is
named, whether the reason fits, in what order the argument comes), which no count of words or questions can see.

    python -m benchmarks.worlds list
    python -m benchmarks.worlds write one_seller --out outputs/worlds
    python -m benchmarks.worlds score one_seller emails.csv --out scored.csv
    python -m benchmarks.worlds describe
"""
