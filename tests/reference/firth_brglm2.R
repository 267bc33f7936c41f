# Firth's penalised likelihood by R's brglm2 (type AS_mean), and its intercept correction (FLIC) by a fit with an offset.
# Usage: Rscript firth_brglm2.R     (writes firth_brglm2.json, data/endometrial.csv and data/rare.csv beside it)
source("common.R")
library(brglm2)

results_of <- function(formula, data, weights) {
  data$w <- weights * sum(weights) / sum(weights^2)   # they sum to Kish's effective size
  fit <- suppressWarnings(glm(formula, family = binomial(), data = data, weights = w, method = "brglmFit",
    type = "AS_mean", epsilon = 1e-13, maxit = 10000))
  x <- model.matrix(fit)
  data$slopes <- c(x %*% coef(fit) - coef(fit)[1])
  intercept <- suppressWarnings(glm(update(formula, . ~ 1), family = binomial(), data = data, weights = w,
    offset = slopes, control = glm.control(epsilon = 1e-15, maxit = 100)))
  flic <- c(coef(intercept), coef(fit)[-1])
  p <- plogis(c(x %*% flic))
  list(
    names = colnames(x), firth = unname(coef(fit)), flic = unname(flic),
    penalised = sum(data$w * ifelse(fit$y == 1, log(fitted(fit)), log1p(-fitted(fit)))) +
      0.5 * c(determinant(crossprod(x * sqrt(data$w * fitted(fit) * (1 - fitted(fit)))))$modulus),
    information = unname(crossprod(x * sqrt(data$w * p * (1 - p)))),
    mean_prediction = sum(data$w * p) / sum(data$w)
  )
}

# Heinze & Schemper (2002): neovasculation separates 79 patients with endometrial cancer.
data(endometrial)
write_table(endometrial, "endometrial")

# A rare outcome with unequal weights, which one level of a factor never has.
set.seed(20261121)
n <- 600
rare <- data.frame(
  psu = rep(1:60, each = 10), stratum = rep(1:6, each = 100),
  weight = round(runif(n, 20, 400)), age = sample(5:17, n, TRUE), zone = sample(c("a", "b", "c"), n, TRUE, c(.5, .4, .1))
)
rare$y <- rbinom(n, 1, plogis(-5 + 0.15 * (rare$age - 5) + 0.6 * (rare$zone == "b"))) * (rare$zone != "c")
write_table(rare, "rare")

writeLines(json(list(
  versions = list(R = R.version.string, brglm2 = as.character(packageVersion("brglm2"))),
  endometrial = results_of(HG ~ NV + PI + EH, endometrial, rep(1, nrow(endometrial))),
  rare = results_of(y ~ age + zone, rare, rare$weight)
)), "firth_brglm2.json")
