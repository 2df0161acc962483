"""The shift suite: what a model reaches on labelled images that are corrupted as the hidden ones may be.

`measure` is the way in. It shares no code with the augmentation in `training`, so that the measure cannot leak into it.
"""

from tools.forecast.measure import measure
from tools.forecast.plan import plan, total
from tools.forecast.result import Rate, ShiftResult
from tools.forecast.suite import VERSION

__all__ = ["VERSION", "Rate", "ShiftResult", "measure", "plan", "total"]
