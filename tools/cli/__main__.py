"""`python -m tools.cli`: the `kit` command without its console script, for the processes that it starts itself."""

import sys

from tools.cli import main

sys.exit(main())
