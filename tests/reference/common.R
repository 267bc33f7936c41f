# What every reference script shares: a fit driven to convergence, and one JSON file with R's and survey's versions.
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE, warn = 1)

fit_logistic <- function(formula, design)
  svyglm(formula, design, family = quasibinomial(), control = glm.control(epsilon = 1e-14, maxit = 100))

fit_of <- function(fit) list(
  names = names(coef(fit)), beta = unname(coef(fit)), cov = unname(matrix(vcov(fit), nrow = length(coef(fit)))),
  df = fit$df.residual, deviance = fit$deviance, null_deviance = fit$null.deviance,
  p_values = unname(summary(fit)$coefficients[, 4]), intervals = unname(matrix(confint(fit), ncol = 2))
)

statistic <- function(s) list(names = names(coef(s)), estimate = unname(coef(s)), se = unname(c(SE(s))))

by_domain <- function(s) list(
  names = row.names(s), estimate = unname(coef(s)), se = unname(unlist(SE(s)))
)

wald <- function(fit, term) {
  test <- regTermTest(fit, term)
  list(F = c(test$Ftest), df = test$df, ddf = test$ddf, p = c(test$p))
}

versions <- function() list(R = R.version.string, survey = as.character(packageVersion("survey")))

# JSON by hand: base R has no writer, and 17 digits give back the same number.
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(sprintf("[%s]", paste(items, collapse = ", ")))
    return(sprintf("{%s}", paste(sprintf("\"%s\": %s", names(x), items), collapse = ",\n")))
  }
  if (is.matrix(x)) return(sprintf("[%s]", paste(apply(x, 1, json_vector), collapse = ",\n")))
  if (length(x) == 1 && is.null(names(x))) return(json_scalar(x))
  json_vector(x)
}
json_vector <- function(x) sprintf("[%s]", paste(vapply(x, json_scalar, ""), collapse = ", "))
json_scalar <- function(x) {
  if (is.na(x)) return("null")
  if (is.character(x)) return(sprintf("\"%s\"", gsub("\"", "'", x)))
  if (is.logical(x)) return(tolower(as.character(x)))
  format(x, digits = 17)
}
write_reference <- function(file, results) writeLines(json(c(list(versions = versions()), results)), file)

# The input of a case, for the tests to read: in data/, compressed where it is long.
write_table <- function(table, name, compress = FALSE) {
  dir.create("data", showWarnings = FALSE)
  file <- file.path("data", paste0(name, if (compress) ".csv.gz" else ".csv"))
  out <- if (compress) gzfile(file, "w") else file(file, "w")
  write.csv(table, out, row.names = FALSE, na = "")
  close(out)
}
