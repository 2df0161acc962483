"""Which names the packages of the evaluators' environments have, recorded in the versions that were looked at."""
