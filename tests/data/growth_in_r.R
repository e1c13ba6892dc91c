# Makes the clinics that tests/test_growth_in_r.py compares with, in the folder it stands in:
#
#   Rscript growth_in_r.R
#
# growth_ratings.csv    sixty small clinics (drawn here), 5 to 14 clients with up to 10 sessions
# growth_expected.csv   what lme4 says of them; its first line names versions
# The tests read the files only; R is needed to make them again.
suppressMessages(library(lme4))
options(digits = 15)
set.seed(17)

draw <- function(clinic) {
  kind <- c("usual", "no slopes", "no intercepts", "tied", "quarter points", "noisy")[clinic %% 6 + 1]
  clients <- sample(5:14, 1)
  starts <- rnorm(clients, 3.4, if (kind == "no intercepts") 0 else .5)
  slopes <- switch(kind,
    "no slopes" = rep(.03, clients),
    "tied" = .03 + .08 * (starts - 3.4),
    rnorm(clients, .03, .06))
  noise <- switch(kind, "quarter points" = .12, "noisy" = .6, .25)
  do.call(rbind, lapply(1:clients, function(client) {
    session <- 1:sample(3:10, 1)
    session <- session[session <= 3 | runif(length(session)) > .15]
    alliance <- starts[client] + slopes[client] * (session - 1) + rnorm(length(session), 0, noise)
    step <- if (kind == "quarter points") 4 else 100
    data.frame(clinic = clinic, kind = kind, client = paste0("c", client), session = session,
               alliance = round(pmin(pmax(alliance, 1), 5) * step) / step)
  }))
}
ratings <- do.call(rbind, lapply(1:60, draw))

# Every optimiser that lme4 brings, each from its own start and from far away; the best counts.
fit <- function(mine) {
  controls <- list(
    lmerControl("bobyqa", optCtrl = list(maxfun = 1e5, rhoend = 1e-9)),
    lmerControl("Nelder_Mead", optCtrl = list(maxfun = 1e5, FtolAbs = 1e-14, XtolRel = 1e-12)),
    lmerControl("nloptwrap", optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14, maxeval = 1e5)))
  starts <- list(NULL, c(.1, 0, .1), c(4, -.3, .5), c(1, 0, .02))
  fits <- list()
  for (control in controls) for (start in starts)
    fits <- c(fits, suppressMessages(suppressWarnings(
      lmer(alliance ~ time + (time | client), data = mine, REML = TRUE, start = start,
           control = control))))
  fits[[which.min(sapply(fits, REMLcrit))]]
}

expected <- do.call(rbind, lapply(unique(ratings$clinic), function(clinic) {
  mine <- ratings[ratings$clinic == clinic, ]
  mine$time <- mine$session - 1
  best <- fit(mine)
  sds <- attr(VarCorr(best)$client, "stddev")
  data.frame(clinic, quantity = c("intercept", "intercept se", "intercept sd", "slope", "slope se",
                                  "slope sd", "residual sd", "deviance", "singular"),
             value = c(fixef(best)[1], sqrt(diag(vcov(best)))[1], sds[1], fixef(best)[2],
                       sqrt(diag(vcov(best)))[2], sds[2], sigma(best), REMLcrit(best),
                       isSingular(best, tol = 1e-4)))
}))

write.csv(ratings, "growth_ratings.csv", row.names = FALSE, quote = FALSE)
expected$value <- trimws(formatC(expected$value, digits = 12, format = "g"))
versions <- paste0("# ", R.version.string, ", lme4 ", packageVersion("lme4"), ", by growth_in_r.R")
writeLines(c(versions, capture.output(
  write.csv(expected, row.names = FALSE, quote = FALSE))), "growth_expected.csv")
