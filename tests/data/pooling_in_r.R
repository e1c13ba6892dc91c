# Makes the pooled effects that tests/test_effects.py compares with, in the folder it stands in:
#
#   Rscript pooling_in_r.R
#
# pooling_expected.csv: studies, their sampling, and what the R package metafor says of them; its
# first line names versions. The tests read the file only; R is needed to make it again.
suppressPackageStartupMessages(library(metafor))
set.seed(4)
cases <- list(
  varied = data.frame(r = tanh(rnorm(14, .29, .2)), n = sample(20:150, 14)),
  alike = data.frame(r = tanh(rnorm(8, .25, .03)), n = sample(60:90, 8)),
  three = data.frame(r = c(.05, .31, .42), n = c(30, 48, 70)))
rows <- NULL
for (case in names(cases)) for (method in c("REML", "DL")) {
  studies <- cases[[case]]
  fit <- rma(atanh(r), 1 / (n - 3), data = studies, method = method, test = "knha",
             control = list(threshold = 1e-12, maxiter = 10000))
  half <- qt(.975, fit$k - 2) * sqrt(fit$tau2 + fit$se^2)
  rows <- rbind(rows, data.frame(
    case, method, r = paste(round(studies$r, 12), collapse = " "),
    n = paste(studies$n, collapse = " "), effect = tanh(fit$beta[1]), lower = tanh(fit$ci.lb),
    upper = tanh(fit$ci.ub), prediction_lower = tanh(fit$beta[1] - half),
    prediction_upper = tanh(fit$beta[1] + half), tau = sqrt(fit$tau2), q = fit$QE, q_p = fit$QEp))
}
for (column in names(rows)[-(1:4)])
  rows[[column]] <- trimws(formatC(rows[[column]], digits = 12, format = "g"))
versions <- paste0("# ", R.version.string, ", metafor ", packageVersion("metafor"),
                   ", by pooling_in_r.R")
writeLines(c(versions, capture.output(
  write.csv(rows, row.names = FALSE, quote = FALSE))), "pooling_expected.csv")
