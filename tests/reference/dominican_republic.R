# The Dominican Republic's survey ENCFT 2021: employed at 10-17 by sex, single age, zone and schooling lag.
# Usage: Rscript dominican_republic.R DATA_FOLDER OUTPUT.json      (the data are not part of this repository)
#
# Coding, the same as in examples/dominican-republic/model.toml:
#   outcome  condact3: 1 -> 1; 2, 3 -> 0; other values are missing
#   sex      sexo:     1 -> male (reference), 2 -> female
#   age      edad:     10 (reference), 11, ..., 17
#   zone     area_ee:  1 -> urban (reference), 2 -> rural
#   lag      edad - 6 - anoest, cut: <= 0 -> "0" (reference), 1 -> "1", 2 -> "2", >= 3 -> "3+"; anoest 99 is missing
# Design: strata _estrato, PSU _upm, weight _fep, on every person; the children are a domain (subset), not a filter.
source("common.R")
arguments <- commandArgs(trailingOnly = TRUE)
persons <- read.csv(gzfile(file.path(arguments[1], "encft2021_survey.csv.gz")), check.names = FALSE,
                    na.strings = c("NA", ""))
names(persons) <- sub("^_", "", names(persons))
persons$anoest[persons$anoest == 99] <- NA
persons <- transform(persons,
  y = ifelse(condact3 == 1, 1, ifelse(condact3 %in% c(2, 3), 0, NA)),
  sex = factor(sexo, 1:2, c("male", "female")),
  age = factor(edad, 10:17),
  zone = factor(area_ee, 1:2, c("urban", "rural")),
  lag = cut(edad - 6 - anoest, c(-Inf, 0, 1, 2, Inf), c("0", "1", "2", "3+"))
)
everyone <- svydesign(ids = ~upm, strata = ~estrato, weights = ~fep, data = persons)
children <- subset(everyone, edad >= 10 & edad <= 17 & !is.na(y) & !is.na(lag))
fit <- fit_logistic(y ~ sex + age + zone + lag, children)
write_reference(arguments[2], list(
  fit = fit_of(fit),
  rate = statistic(svymean(~y, children)),
  rate_by_zone = by_domain(svyby(~y, ~zone, children, svymean)),
  lag = statistic(svymean(~lag, children)),
  wald = list(lag = wald(fit, ~lag), age = wald(fit, ~age)),
  children = sum(weights(children) > 0),
  persons = nrow(persons),
  single_psu_strata = sum(tapply(persons$upm, persons$estrato, function(u) length(unique(u))) == 1)
))
