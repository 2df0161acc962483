"""Serve by hand, in real time: `python -m tests.tools.codabench.platform --plan good --step-seconds 2`.

Prints the address, a user and a password, and goes on until Ctrl-C.
"""

import argparse
import sys
import time

from . import Platform, plans


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.codabench.platform", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the site; one that is free unless said")
    parser.add_argument("--plan", choices=sorted(plans.NAMED), default="good", help="how submissions go")
    parser.add_argument("--step-seconds", type=float, default=2.0, help="how long each status lasts")
    parser.add_argument("--profile", choices=["2026-03", "2026-05"], default="2026-03", help="of the worker")
    parser.add_argument("--tasks", type=int, default=1, help="of the competition; several make parent and children")
    asked = parser.parse_args()
    with Platform(port=asked.port) as platform:
        platform.settings.driven_by, platform.settings.step_seconds = "time", asked.step_seconds
        platform.settings.worker_profile = asked.profile
        platform.worker = plans.by_content(plans.NAMED[asked.plan]())
        if asked.tasks > 1:
            platform.add_competition(title="Classify Wheat Seeds Twice", tasks=asked.tasks)
        lines = [f"{platform.url}  (storage: {platform.storage_url})"]
        lines += [f"user participant, password participant-pass, token {platform.token}"]
        for competition in platform.competitions:
            named = ", ".join(f"{phase.id} {phase.name}" for phase in competition.phases)
            lines.append(f"competition {competition.id} {competition.title}; phases {named}")
        sys.stdout.write("\n".join([*lines, "Ctrl-C ends it", ""]))
        sys.stdout.flush()
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
