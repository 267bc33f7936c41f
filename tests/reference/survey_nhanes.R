# R survey on its extract of NHANES 2009-2010: PSU codes that restart in each stratum, missing outcome, domains.
# Usage: Rscript survey_nhanes.R     (writes survey_nhanes.json and data/nhanes.csv.gz beside it)
source("common.R")
data(nhanes)
nhanes$race <- factor(nhanes$race)
nhanes$sex <- factor(nhanes$RIAGENDR)
write_table(nhanes[, c("SDMVPSU", "SDMVSTRA", "WTMEC2YR", "HI_CHOL", "race", "agecat", "sex")], "nhanes", compress = TRUE)

formula <- HI_CHOL ~ race + agecat + sex
results_of <- function(design) {
  known <- subset(design, !is.na(HI_CHOL))
  women <- subset(known, sex == "2" & agecat != "(0,19]")
  list(
    fit = fit_of(fit_logistic(formula, known)),
    interaction = fit_of(fit_logistic(HI_CHOL ~ race + agecat + sex + agecat:sex, known)),
    women = fit_of(fit_logistic(HI_CHOL ~ race + agecat, women)),
    wald = list(race = wald(fit_logistic(formula, known), ~race), agecat = wald(fit_logistic(formula, known), ~agecat)),
    rate = statistic(svymean(~HI_CHOL, known)),
    total = statistic(svytotal(~HI_CHOL, known)),
    by_race = by_domain(svyby(~HI_CHOL, ~race, known, svymean)),
    by_age_women = by_domain(svyby(~HI_CHOL, ~agecat, subset(women, agecat != "(0,19]"), svymean)),
    levels = statistic(svymean(~agecat, known))
  )
}
of <- function(table) svydesign(ids = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = table)
# Two strata lose all PSUs but the first.
thinned <- nhanes[!(nhanes$SDMVSTRA %in% c(76, 80) & nhanes$SDMVPSU > 1), ]
under <- function(rule, table) {
  options(survey.lonely.psu = rule)
  results <- results_of(of(table))
  options(survey.lonely.psu = "fail")
  results
}
write_reference("survey_nhanes.json", list(
  whole = results_of(of(nhanes)),
  certainty = under("certainty", thinned),
  adjust = under("adjust", thinned)
))
