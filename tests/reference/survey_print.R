# How R prints the summary of a survey fit, line by line, for users who know it.
# Usage: Rscript survey_print.R     (writes survey_print.json beside it; data/ is that of the other scripts)
source("common.R")
options(digits = 7, width = 200, useFancyQuotes = FALSE)

printed <- function(formula, design) list(lines = as.list(capture.output(print(summary(fit_logistic(formula, design))))))
clusters <- read.csv("data/api_clusters.csv")
stratified <- read.csv("data/api_stratified.csv")
of_clusters <- svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = clusters)
of_strata <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = stratified)
results <- list(
  clusters = printed(y ~ ell + meals + mobility, of_clusters),
  stratified = printed(y ~ ell + meals + mobility, of_strata),
  improved = printed(improved ~ api00 + meals, of_strata),
  many = printed(y ~ api00 + enroll, subset(of_strata, !is.na(enroll)))
)
options(digits = 17)
write_reference("survey_print.json", results)
