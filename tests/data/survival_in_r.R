# Makes the worked cases that tests/test_dropout_in_r.py compares with, in the folder it stands in:
#
#   Rscript survival_in_r.R
#
# survival_courses.csv, survival_sessions.csv   the cases (drawn here, except `worked`)
# survival_expected.csv                         what R says of them; its first line names versions
# The tests read the files only; R is needed to make them again.
library(survival)
options(digits = 15)
set.seed(20)

worked <- data.frame(
  case = "worked", client = paste0("w", 1:10),
  sessions_attended = c(1, 2, 2, 3, 4, 5, 6, 6, 8, 10),
  ending = c("dropped_out", "dropped_out", "ongoing", "dropped_out", "completed",
             "dropped_out", "completed", "completed", "dropped_out", "completed"),
  group = rep(c("a", "b"), 5))

draw <- function(case, n, longest, groups, chances) data.frame(
  case = case, client = paste0(case, 1:n),
  sessions_attended = sample(0:longest, n, replace = TRUE),
  ending = sample(c("dropped_out", "completed", "ongoing"), n, replace = TRUE, prob = chances),
  group = sample(groups, n, replace = TRUE))

ties <- draw("ties", 90, 6, c("a", "b", "c"), c(.4, .4, .2))
sparse <- draw("sparse", 40, 16, c("a", "b"), c(.3, .5, .2))
eventless <- draw("eventless", 60, 10, c("a", "b", "c"), c(.5, .3, .2))
eventless$ending[eventless$group == "c"] <- "completed"
too_short <- draw("too_short", 30, 8, c("a", "b"), c(.6, .2, .2))
too_short$sessions_attended <- pmax(too_short$sessions_attended, 3)
too_short <- rbind(too_short, data.frame(
  case = "too_short", client = c("x1", "x2"), sessions_attended = 1:2,
  ending = "ongoing", group = "c"))
all_leave <- draw("all_leave", 12, 5, c("a", "b"), c(1, 0, 0))
courses <- rbind(worked, ties, sparse, eventless, too_short, all_leave)

expected <- NULL
note <- function(case, group, session, quantity, value)
  expected <<- rbind(expected, data.frame(case, group, session, quantity, value))

for (case in unique(courses$case)) {
  some <- courses[courses$case == case, ]
  some$event <- some$ending == "dropped_out"
  some$state <- factor(some$ending, levels = c("ongoing", "dropped_out", "completed"))
  for (group in c("all", sort(unique(some$group)))) {
    mine <- if (group == "all") some else some[some$group == group, ]
    first <- if (any(mine$sessions_attended == 0)) 0 else 1
    sessions <- first:max(mine$sessions_attended)
    for (kind in c("log-log", if (group == "all") c("log", "plain"))) {
      fit <- survfit(Surv(sessions_attended, event) ~ 1, data = mine, conf.type = kind)
      at <- summary(fit, times = sessions, extend = TRUE)
      if (kind == "log-log") {
        note(case, group, sessions, "at_risk", at$n.risk)
        note(case, group, sessions, "left", at$n.event)
        note(case, group, sessions, "retention", at$surv)
      }
      note(case, group, sessions, paste("retention lower", kind), at$lower)
      note(case, group, sessions, paste("retention upper", kind), at$upper)
      states <- survfit(Surv(sessions_attended, state) ~ 1, data = mine, conf.type = kind)
      at <- summary(states, times = sessions, extend = TRUE)
      for (ending in c("dropped_out", "completed")) {
        column <- match(ending, states$states)
        if (kind == "log-log") note(case, group, sessions, ending, at$pstate[, column])
        note(case, group, sessions, paste(ending, "lower", kind), at$lower[, column])
        note(case, group, sessions, paste(ending, "upper", kind), at$upper[, column])
      }
    }
  }
  test <- survdiff(Surv(sessions_attended, event) ~ group, data = some)
  df <- sum(test$exp > 0) - 1
  note(case, "all", NA, "chi2", test$chisq)
  note(case, "all", NA, "df", df)
  note(case, "all", NA, "p", pchisq(test$chisq, df, lower.tail = FALSE))
}

# Sessions with an alliance that changes, and departures that depend on it.
clients <- 120
sessions <- do.call(rbind, lapply(1:clients, function(client) {
  usual <- rnorm(1, 3.8, .5)
  alliance <- round(pmin(pmax(usual + rnorm(12, 0, .4), 1), 5) * 4) / 4
  leaves <- runif(12) < plogis(-1.2 - .6 * (alliance - 3.5))
  last <- if (any(leaves)) which(leaves)[1] else sample(6:12, 1)
  data.frame(client = paste0("t", client), session = 1:last, alliance = alliance[1:last],
             treatment = c("CBT", "dynamic", "supportive")[client %% 3 + 1],
             event = as.integer(1:last == last & any(leaves)))
}))
for (entry in c(0, 3)) {
  used <- sessions[sessions$session > entry, ]
  label <- paste("sessions after", entry)
  for (terms in c("alliance", "alliance + treatment")) {
    right <- paste(terms, collapse = "")
    cox <- coxph(as.formula(paste("Surv(session - 1, session, event) ~", right)), data = used,
                 ties = "efron", control = coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 50))
    logit <- glm(as.formula(paste("event ~", right)), data = used, family = binomial,
                 control = list(epsilon = 1e-14))
    for (fit in list(cox, logit)) {
      name <- if (inherits(fit, "coxph")) "cox" else "logit"
      values <- coef(fit)
      errors <- sqrt(diag(vcov(fit)))
      for (term in names(values)) {
        note(label, right, NA, paste(name, "coefficient", term), values[[term]])
        note(label, right, NA, paste(name, "se", term), errors[[term]])
      }
    }
  }
}

write.csv(courses, "survival_courses.csv", row.names = FALSE, quote = FALSE)
write.csv(sessions, "survival_sessions.csv", row.names = FALSE, quote = FALSE)
expected$value <- trimws(formatC(expected$value, digits = 15, format = "g"))
versions <- paste0("# ", R.version.string, ", survival ", packageVersion("survival"),
                   ", by survival_in_r.R")
writeLines(c(versions, capture.output(
  write.csv(expected, row.names = FALSE, quote = FALSE))), "survival_expected.csv")
