"""The composite vulnerability index, for a country that no survey serves.

One chain, each link a module: treat → impute → normalise → weigh → aggregate. `chain` runs it for one choice of method,
`uncertainty` and `sensitivity` run it again for the other choices. The steps are those of OECD/JRC (2008), Handbook on
Constructing Composite Indicators.
"""
