# Weekly counts in, weeks of alarm out: Rscript rivals.R counts.csv alarms.csv
# counts.csv: stream, week (from 0), count, mean (expected a week while nothing is wrong); alarms.csv: method, stream, week
suppressPackageStartupMessages(library(surveillance))
paths <- commandArgs(trailingOnly = TRUE)
counts <- read.csv(paths[1])

glr <- function(limit) function(series, mean) {
  control <- list(range = seq_along(series), c.ARL = limit, mu0 = rep(mean, length(series)), M = 26, ret = "value")
  alarms(glrpois(sts(series), control = control))[, 1]
}
ears <- function(series, mean) {
  if (length(series) < 10) return(FALSE)  # seven weeks are its baseline, two stand between
  found <- alarms(earsC(sts(series), control = list(method = "C2", alpha = 0.001)))[, 1]
  found & series > 1  # one report alone is no cluster
}
methods <- list("GLR 3" = glr(3), "GLR 4" = glr(4), "GLR 5" = glr(5), "GLR 6" = glr(6), "EARS C2" = ears)

rows <- list()
for (one in split(counts, counts$stream)) {
  for (name in names(methods)) {
    at <- unname(which(methods[[name]](one$count, one$mean[1]) %in% TRUE))
    if (length(at)) rows[[length(rows) + 1]] <- data.frame(method = name, stream = one$stream[1], week = one$week[at])
  }
}
none <- data.frame(method = character(), stream = integer(), week = integer())
write.csv(do.call(rbind, c(list(none), rows)), paths[2], row.names = FALSE)
