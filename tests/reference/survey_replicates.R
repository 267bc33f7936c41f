# R survey with replicate weights of every kind, on NHANES (two PSUs a stratum) and on schools in districts.
# Usage: Rscript survey_replicates.R     (writes survey_replicates.json beside it; data/nhanes.csv.gz and
# data/api_clusters.csv are those of the other scripts)
source("common.R")
set.seed(11)

persons <- read.csv("data/nhanes.csv.gz")
persons <- persons[persons$SDMVPSU <= 2, ]
persons$race <- factor(persons$race)
persons$sex <- factor(persons$sex)
persons$unit <- persons$SDMVSTRA * 10 + persons$SDMVPSU
units <- sort(unique(persons$unit))
schools <- read.csv("data/api_clusters.csv")

# Factors of each replicate by PSU, in the order of their codes.
by_psu <- function(weights, psu) unname(as.matrix(weights)[match(sort(unique(psu)), psu), ])

results_of <- function(design, formula, domain, mean_of, by) {
  known <- design
  list(
    total = statistic(svytotal(mean_of, known)),
    rate = statistic(svymean(mean_of, known)),
    by = by_domain(svyby(mean_of, by, known, svymean)),
    fit = fit_of(fit_logistic(formula, known)),
    domain = fit_of(fit_logistic(formula, domain(known))),
    degf = degf(known), domain_degf = degf(domain(known))
  )
}
nhanes_case <- function(kind, factors, ...) {
  known <- !is.na(persons$HI_CHOL)
  weights <- factors[match(persons$unit, units), ] * persons$WTMEC2YR
  make <- function(mse) subset(svrepdesign(
    data = persons, weights = ~WTMEC2YR, repweights = weights, type = kind, combined.weights = TRUE, mse = mse, ...), known)
  of <- function(design) results_of(design, HI_CHOL ~ race + sex, function(d) subset(d, agecat != "(0,19]"), ~HI_CHOL, ~race)
  list(factors = factors, estimate = of(make(TRUE)), mean = of(make(FALSE)))
}
linear <- svydesign(ids = ~unit, strata = ~SDMVSTRA, weights = ~WTMEC2YR, data = persons)
factors_of <- function(...) by_psu(weights(as.svrepdesign(linear, ...), "replication"), persons$unit)

# Successive differences (Fay & Train 1995): PSU i takes rows i and i + 1 of a Hadamard matrix.
H <- 2 * survey::hadamard(length(units) + 1) - 1
rows <- seq_along(units) + 1
sdr <- 1 + (H[rows, ] - H[c(rows[-1], rows[1]), ]) / 2^1.5
jkn <- as.svrepdesign(linear, type = "JKn")
brr <- factors_of(type = "BRR")
fay <- factors_of(type = "Fay", fay.rho = 0.3)
boot <- as.svrepdesign(linear, type = "subbootstrap", replicates = 60)

jk1_case <- function() {
  design <- svydesign(ids = ~dnum, weights = ~pw, data = schools)
  made <- as.svrepdesign(design, type = "JK1", mse = TRUE)
  list(
    factors = by_psu(weights(made, "replication"), schools$dnum),
    estimate = results_of(made, y ~ meals + mobility, function(d) subset(d, meals > 20), ~y, ~stype)
  )
}
fpc_case <- function() {
  design <- svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = schools)
  made <- as.svrepdesign(design, type = "JK1", mse = TRUE)
  list(scale = made$scale, total = statistic(svytotal(~y, made)), linear = statistic(svytotal(~y, design)))
}
known <- subset(linear, !is.na(HI_CHOL))
write_reference("survey_replicates.json", list(
  linear = list(total = statistic(svytotal(~HI_CHOL, known)), fit = fit_of(fit_logistic(HI_CHOL ~ race + sex, known))),
  JKn = c(nhanes_case("JKn", by_psu(weights(jkn, "replication"), persons$unit), rscales = jkn$rscales), list(rscales = jkn$rscales)),
  BRR = nhanes_case("BRR", brr),
  Fay = nhanes_case("Fay", fay, rho = 0.3),
  bootstrap = nhanes_case("bootstrap", by_psu(weights(boot, "replication"), persons$unit)),
  SDR = nhanes_case("successive-difference", sdr),
  JK1 = jk1_case(),
  JK1_fpc = fpc_case()
))
