# R survey on its smallest design (scd): two ambulances in each of three areas, cardiac arrests and survivors.
# Usage: Rscript survey_scd.R     (writes survey_scd.json and data/scd.csv beside it)
source("common.R")
data(scd)
write_table(scd, "scd")
arrests <- scd[rep(seq_len(nrow(scd)), scd$arrests), c("ESA", "ambulance")]
arrests$alive <- unlist(mapply(function(lived, all) rep(c(1, 0), c(lived, all - lived)), scd$alive, scd$arrests))
arrests$third <- as.numeric(arrests$ESA == 3)
scd$ambulances <- 5
arrests$ambulances <- 5

results_of <- function(cells, persons) list(
  ratio = { r <- svyratio(~alive, ~arrests, cells); list(estimate = c(r$ratio), se = sqrt(c(r$var))) },
  total = statistic(svytotal(~alive, cells)),
  by_area = by_domain(svyby(~alive, ~ESA, persons, svymean)),
  fit = fit_of(fit_logistic(alive ~ third, persons))
)
write_reference("survey_scd.json", list(
  with_replacement = results_of(
    svydesign(ids = ~ambulance, strata = ~ESA, prob = ~1, nest = TRUE, data = scd),
    svydesign(ids = ~ambulance, strata = ~ESA, prob = ~1, nest = TRUE, data = arrests)),
  with_fpc = results_of(
    svydesign(ids = ~ambulance, strata = ~ESA, fpc = ~ambulances, weights = ~rep(1, 6), nest = TRUE, data = scd),
    svydesign(ids = ~ambulance, strata = ~ESA, fpc = ~ambulances, weights = ~rep(1, nrow(arrests)), nest = TRUE, data = arrests))
))
