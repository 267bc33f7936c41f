# Moran's I of a map and of its areas by R's spdep: a grid of 6 x 7 queen neighbours, rates by the formula below.
# Moments of the local I under conditional randomisation: Sokal, Oden & Thomson (1998), as localmoran(conditional = TRUE).
# Usage: Rscript spdep_moran.R     (writes spdep_moran.json beside it)
source("common.R")
suppressPackageStartupMessages(library(spdep))

neighbours <- cell2nb(6, 7, type = "queen")
weights <- nb2listw(neighbours, style = "W")
i <- seq_len(42)
rate <- 0.05 + 0.04 * sin(i / 5) + 0.02 * cos(i * i) ^ 2

whole <- moran.test(rate, weights, randomisation = TRUE)
local <- localmoran(rate, weights, conditional = TRUE, mlvar = TRUE)
write_reference("spdep_moran.json", list(
  spdep = as.character(packageVersion("spdep")),
  neighbours = lapply(neighbours, function(of) as.integer(of) - 1L),
  rate = rate,
  moran = list(value = unname(whole$estimate[1]), expected = unname(whole$estimate[2]),
               variance = unname(whole$estimate[3])),
  local = list(value = unname(local[, "Ii"]), expected = unname(local[, "E.Ii"]),
               variance = unname(local[, "Var.Ii"]), quadrant = as.character(attr(local, "quadr")$mean))
))
