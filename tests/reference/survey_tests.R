# R survey's tests of terms, information criteria, and what is computed from its fits: marginal effects,
# Archer-Lemeshow, area under the ROC curve, calibration by tenths of the risk.
# Usage: Rscript survey_tests.R     (writes survey_tests.json beside it; data/ is that of the other scripts)
source("common.R")

fitted_on <- function(formula, design) do.call(svyglm, list(
  formula, design, family = quasibinomial(), control = glm.control(epsilon = 1e-14, maxit = 100)))

likelihood_ratio <- function(fit, term) {
  of <- function(how) regTermTest(fit, term, method = "LRT", lrt.approximation = how)
  test <- of("saddlepoint")
  list(statistic = c(test$chisq), df = test$df, ddf = test$ddf, p = c(test$p), satterthwaite = c(of("satterthwaite")$p),
       lambda = sort(Re(test$lambda)))
}

# Average change of the prediction between two versions of the data; its error by the delta method.
effect <- function(fit, data, weights, change) {
  value <- function(beta) change(function(newdata) c(plogis(model.matrix(delete.response(terms(fit)), newdata, xlev = fit$xlevels) %*% beta)), weights, data)
  beta <- coef(fit)
  gradient <- vapply(seq_along(beta), function(j) {
    step <- replace(0 * beta, j, 1e-4)
    (8 * (value(beta + step) - value(beta - step)) - (value(beta + 2 * step) - value(beta - 2 * step))) / 12e-4
  }, 0)
  c(value(beta), sqrt(drop(t(gradient) %*% vcov(fit) %*% gradient)))
}
between <- function(name, level, reference) function(predict, w, data) {
  at <- function(value) { data[[name]] <- if (is.factor(data[[name]])) factor(value, levels(data[[name]])) else value; predict(data) }
  weighted.mean(at(level) - at(reference), w)
}
slope <- function(name, h = 1e-3) function(predict, w, data) {
  at <- function(by) { data[[name]] <- data[[name]] + by; predict(data) }
  weighted.mean((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h), w)
}

# Tenths of the weight by risk; those of equal risk stay together, where the middle of their weight lies.
tenths <- function(risk, w) {
  key <- round(risk, 12)
  total <- tapply(w, key, sum)
  group <- floor(10 * (cumsum(total) - total / 2) / sum(w))
  match(group, unique(group))[match(key, as.numeric(names(total)))]
}
archer_lemeshow <- function(fit, design) {
  risk <- round(c(fitted(fit)), 15)
  w <- weights(design, "sampling")
  design <- update(design, r = fit$y - c(fitted(fit)), g = tenths(risk, w), y1 = fit$y)
  means <- svyby(~r, ~g, design, svymean, covmat = TRUE)
  groups <- nrow(means)
  W <- drop(coef(means) %*% solve(vcov(means), coef(means)))
  f <- degf(design)
  F <- (f - groups + 2) / (f * groups) * W
  observed <- svyby(~y1, ~g, design, svymean)
  list(F = F, df = c(groups - 1, f - groups + 2), p = pf(F, groups - 1, f - groups + 2, lower.tail = FALSE),
       predicted = c(tapply(w * risk, design$variables$g, sum) / tapply(w, design$variables$g, sum)),
       observed = by_domain(observed))
}
area <- function(fit, design) {
  risk <- round(c(fitted(fit)), 12); y <- fit$y; w <- weights(design, "sampling")
  n1 <- sum(w * y); n0 <- sum(w * (1 - y))
  by_risk <- sort(unique(risk))
  one <- vapply(by_risk, function(r) sum((w * y)[risk == r]), 0); zero <- vapply(by_risk, function(r) sum((w * (1 - y))[risk == r]), 0)
  lower <- (cumsum(zero) - zero / 2) / n0; higher <- (rev(cumsum(rev(one))) - one / 2) / n1
  at <- match(risk, by_risk)
  a <- sum(one * lower) / n1
  design <- update(design, z = ifelse(y == 1, (lower[at] - a) / n1, (higher[at] - a) / n0))
  list(auc = a, se = c(SE(svytotal(~z, design))))
}
criteria <- function(fit, maximal) list(
  aic = unname(AIC(fit)), bic = { b <- BIC(fit, maximal = maximal); unname(c(b)) })

persons <- read.csv("data/nhanes.csv.gz")
persons$race <- factor(persons$race); persons$sex <- factor(persons$sex); persons$agecat <- factor(persons$agecat)
nhanes <- subset(
  svydesign(ids = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = persons), !is.na(HI_CHOL))
schools <- read.csv("data/api_stratified.csv")
schools$stype <- factor(schools$stype)
api <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = schools)

main <- fitted_on(HI_CHOL ~ race + agecat + sex, nhanes)
crossed <- fitted_on(HI_CHOL ~ race + agecat + sex + agecat:sex, nhanes)
ages <- fitted_on(HI_CHOL ~ agecat, nhanes)
numbers <- fitted_on(y ~ stype + meals + mobility + stype:meals, api)
plain <- fitted_on(y ~ ell + meals + mobility, api)
w <- weights(nhanes, "sampling"); people <- nhanes$variables
effects_of <- function(fit) list(
  race3 = effect(fit, people, w, between("race", "3", "1")),
  oldest = effect(fit, people, w, between("agecat", "(59,Inf]", "(0,19]")),
  sex2 = effect(fit, people, w, between("sex", "2", "1"))
)

write_reference("survey_tests.json", list(
  nhanes = list(
    race = likelihood_ratio(main, ~race), agecat = likelihood_ratio(main, ~agecat), sex = likelihood_ratio(main, ~sex),
    interaction = likelihood_ratio(crossed, ~agecat:sex),
    criteria = list(main = criteria(main, crossed), crossed = criteria(crossed, crossed), ages = criteria(ages, crossed)),
    effects = effects_of(main), crossed_effects = effects_of(crossed),
    goodness = archer_lemeshow(main, nhanes), area = area(main, nhanes)
  ),
  api = list(
    meals = likelihood_ratio(plain, ~meals), mobility = likelihood_ratio(plain, ~mobility),
    criteria = list(plain = criteria(plain, plain)),
    effects = list(
      meals = effect(numbers, schools, schools$pw, slope("meals")), mobility = effect(numbers, schools, schools$pw, slope("mobility")),
      stypeM = effect(numbers, schools, schools$pw, between("stype", "M", "E"))),
    goodness = archer_lemeshow(plain, api), area = area(plain, api)
  )
))
