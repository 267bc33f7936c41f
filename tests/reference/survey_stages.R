# R survey on a sample of three stages, each with its finite population: invented children in homes in villages.
# Usage: Rscript survey_stages.R     (writes survey_stages.json and data/three_stages.csv beside it)
source("common.R")
set.seed(7)

strata <- 3; villages <- 4; homes <- 3; children <- 2
place <- expand.grid(child = 1:children, home = 1:homes, village = 1:villages, stratum = 1:strata)
m <- nrow(place)
place$villages <- c(9, 20, 4)[place$stratum]
place$homes <- 8 + 5 * place$village
place$children <- 2 + (place$home + place$village) %% 3
place$w <- place$villages / villages * place$homes / homes * place$children / children * runif(m, 0.8, 1.2)
place$x <- round(rnorm(m), 2)
place$boy <- rbinom(m, 1, 0.5)
place$y <- rbinom(m, 1, plogis(-0.4 + 0.6 * place$x + rnorm(strata * villages, 0, 0.6)[(place$stratum - 1) * villages + place$village]))
place$village <- 100 * place$stratum + place$village
write_table(place, "three_stages")

results_of <- function(design) list(
  total = statistic(svytotal(~y, design)),
  rate = statistic(svymean(~y, design)),
  by_boy = by_domain(svyby(~y, ~boy, design, svymean)),
  fit = fit_of(fit_logistic(y ~ x, design)),
  boys = fit_of(fit_logistic(y ~ x, subset(design, boy == 1)))
)
write_reference("survey_stages.json", list(
  one = results_of(svydesign(ids = ~village, strata = ~stratum, fpc = ~villages, weights = ~w, data = place)),
  two = results_of(svydesign(ids = ~village + home, strata = ~stratum, fpc = ~villages + homes, weights = ~w, data = place, nest = TRUE)),
  three = results_of(svydesign(
    ids = ~village + home + child, strata = ~stratum, fpc = ~villages + homes + children, weights = ~w, data = place, nest = TRUE))
))
