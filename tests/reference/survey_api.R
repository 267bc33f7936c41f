# R survey on its samples of Californian schools (api): strata, clusters, two stages, domains, single-PSU strata.
# Usage: Rscript survey_api.R     (writes survey_api.json and data/api_*.csv beside it)
source("common.R")
data(api)

columns <- c("stype", "snum", "dnum", "pw", "sch.wide", "comp.imp", "ell", "meals", "mobility", "api00", "enroll")
prepare <- function(sample, populations) {
  table <- sample[, c(columns, populations)]
  table$y <- as.numeric(table$sch.wide == "Yes")
  table$improved <- as.numeric(table$comp.imp == "Yes")
  table
}
stratified <- prepare(apistrat, "fpc")
clusters <- prepare(apiclus1, "fpc")
two_stage <- prepare(apiclus2, c("fpc1", "fpc2"))
# One school of the stratum H is kept: a stratum with a single PSU.
lonely <- stratified[stratified$stype != "H" | stratified$snum == stratified$snum[stratified$stype == "H"][1], ]
for (name in c("stratified", "clusters", "two_stage", "lonely"))
  write_table(get(name), paste0("api_", name))

formula <- y ~ ell + meals + mobility
results_of <- function(design) list(
  fit = fit_of(fit_logistic(formula, design)),
  with_type = fit_of(fit_logistic(y ~ stype + meals + stype:meals, design)),
  wald = wald(fit_logistic(y ~ stype + meals, design), ~stype),
  domain = fit_of(fit_logistic(formula, subset(design, improved == 1 | meals > 40))),
  domain_rate = statistic(svymean(~y, subset(design, meals > 40))),
  mean = statistic(svymean(~api00, design)),
  rate = statistic(svymean(~y, design)),
  total = statistic(svytotal(~enroll, design, na.rm = TRUE)),
  levels = statistic(svymean(~stype, design)),
  by_type = by_domain(svyby(~y, ~stype, design, svymean)),
  by_type_domain = by_domain(svyby(~api00, ~stype, subset(design, meals > 40), svymean))
)
single_psu <- function(rule) {
  options(survey.lonely.psu = rule)
  design <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = lonely)
  results <- list(
    fit = fit_of(fit_logistic(formula, design)),
    rate = statistic(svymean(~y, design)),
    total = statistic(svytotal(~enroll, design)),
    domain_rate = statistic(svymean(~y, subset(design, meals > 40))),
    with_fpc = fit_of(fit_logistic(formula, svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = lonely)))
  )
  options(survey.lonely.psu = "fail")
  results
}
write_reference("survey_api.json", list(
  stratified = results_of(svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = stratified)),
  stratified_without_fpc = results_of(svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = stratified)),
  clusters = results_of(svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = clusters)),
  two_stage = results_of(svydesign(ids = ~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = two_stage)),
  two_stage_without_fpc = results_of(svydesign(ids = ~dnum + snum, weights = ~pw, data = two_stage)),
  lonely_fail = list(message = tryCatch(
    { svymean(~y, svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = lonely)); "no error" },
    error = function(e) conditionMessage(e))),
  lonely_certainty = single_psu("certainty"),
  lonely_adjust = single_psu("adjust")
))
