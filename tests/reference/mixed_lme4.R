# lme4 on a small simulated survey: one effect of areas by adaptive quadrature, nested effects by Laplace.
# Usage: Rscript mixed_lme4.R     (writes mixed_lme4.json and data/mixed.csv beside it)
source("common.R")
suppressMessages(library(lme4))
options(warn = 0)

simulate <- function(areas, psus, children) {
  set.seed(20260726)
  cells <- expand.grid(child = seq_len(children), psu = seq_len(psus), area = seq_len(areas))
  cells$psu <- (cells$area - 1) * psus + cells$psu
  m <- nrow(cells)
  cells$girl <- rbinom(m, 1, 0.5)
  cells$age <- sample(5:17, m, replace = TRUE) / 10
  cells$rural <- rbinom(areas, 1, 0.4)[cells$area]
  eta <- -2.2 - 0.4 * cells$girl + 0.9 * cells$age + 0.5 * cells$rural +
    rnorm(areas, 0, 0.7)[cells$area] + rnorm(areas * psus, 0, 0.6)[cells$psu]
  cells$y <- rbinom(m, 1, plogis(eta))
  cells$w <- round(rgamma(m, 4, 0.1) * rgamma(areas * psus, 4, 4)[cells$psu] + 1, 3)
  cells[, c("area", "psu", "girl", "age", "rural", "y", "w")]
}

# As tight as lme4 goes: its inner iterations (tolPwrss) must be finer than the outer ones, or bobyqa follows noise.
tight <- glmerControl(
  optimizer = "bobyqa", tolPwrss = 1e-13, calc.derivs = FALSE, check.conv.grad = "ignore",
  optCtrl = list(rhobeg = 0.02, rhoend = 1e-12, maxfun = 1e6)
)

# With nAGQ > 1 lme4's deviance leaves out that of the saturated model, which is 0 for rows of 0 or 1.
saturated <- function(positive, total) {
  share <- positive / total
  term <- function(a, p) ifelse(a > 0, a * log(p), 0)
  sum(term(positive, share) + term(total - positive, 1 - share))
}

answer <- function(fit, constant = 0) list(
  names = names(fixef(fit)), beta = unname(fixef(fit)),
  sigma = unname(sqrt(unlist(lapply(VarCorr(fit), c)))), groups = names(VarCorr(fit)),
  log_likelihood = c(logLik(fit)) + constant
)

cells <- simulate(30, 4, 10)
write_table(cells, "mixed")
sums <- tapply(cells$w, cells$area, sum)
children <- tapply(cells$w, cells$area, length)
cells$w1 <- cells$w * (children / sums)[as.character(cells$area)]
cells$w1y <- cells$w1 * cells$y

one <- glmer(y ~ girl + age + rural + (1 | area), cells, binomial, nAGQ = 25, control = tight)
weighted <- glmer(cbind(w1y, w1 - w1y) ~ girl + age + rural + (1 | area), cells, binomial, nAGQ = 25, control = tight)
nested <- glmer(y ~ girl + age + rural + (1 | area / psu), cells, binomial, nAGQ = 1, control = tight)
by_cell <- aggregate(cbind(y, n = 1) ~ area + psu + girl + rural, cells, sum)
few <- glmer(cbind(y, n - y) ~ girl + rural + (1 | area), by_cell, binomial, nAGQ = 25, control = tight)

write_reference("mixed_lme4.json", list(
  lme4 = as.character(packageVersion("lme4")),
  one = answer(one),
  weighted = answer(weighted, saturated(cells$w1y, cells$w1)),
  cells = answer(few, saturated(by_cell$y, by_cell$n)),
  nested_laplace = answer(nested)
))
