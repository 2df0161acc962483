"""Valid but unusual submissions: none of them may be accused of anything, by the check or by the evaluation."""
