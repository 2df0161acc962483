"""What each process of a team does, from the folder to the finished run."""

import json
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from training import card as cards
from training import fit, loop, networks, run_folder, teachers
from training.checkpoint import STATE, State
from training.data.load import Dataset
from training.data.split import Split
from training.errors import InputError
from training.job import Job, claim, disk_trouble_told, divide, fresh_model
from training.job import work as work_of
from training.options import Options, require_weights
from training.parallel.team import Team
from training.progress import Reporter, Silent
from training.recipes.recipe import Recipe
from training.run_folder import Identity
from training.steps import Work


def train(  # noqa: PLR0913 - those of training.fit.train, and the team
    recipe: Recipe, dataset: Dataset, run_dir: Path, *, options: Options, reporter: Reporter, team: Team
) -> dict[str, Any] | None:
    """Do what training.fit.train does, together; returns the run's card, None where this process is not the chief.

    Every process calls it with the same recipe, data and options; the folder, --resume and the number of epochs are the
    chief's. Only the chief writes the folder and reports; the others need no access to it. Raises what fit.train does,
    InputError where a process has other data or options than the chief, and PeerLostError where another one is gone.
    """
    job = Job(recipe=recipe, dataset=dataset, folder=run_dir, options=options, reporter=reporter, team=team)
    with team.losses_told(), disk_trouble_told(run_dir):
        if not team.is_chief:
            with tempfile.TemporaryDirectory(prefix="kit-worker-") as own:
                _follow(replace(job, folder=Path(own), reporter=Silent()), team)
            return None
        if options.resume and run_folder.is_finished(run_dir):
            reporter.say(f"{run_dir} is finished already; nothing is left to train.")
            team.told(b"")
            return cards.read(run_dir / run_folder.CARD)
        require_weights(recipe, options.weights)
        teachers.require(recipe, options, dataset)
        if recipe.consistency is not None:
            raise InputError(
                f"{recipe.name} compares two augmentations of an image (consistency {recipe.consistency}), and several "
                "processes would divide the batch that holds both",
                "train it in one process, or set consistency to None",
            )
        return _lead(claim(job), team)


def _lead(job: Job, team: Team) -> dict[str, Any]:
    """The chief's part, in a folder that is claimed."""
    share = team.share
    job.reporter.say(f"{share.processes} processes train together, on {share.processes * share.devices} devices.")
    team.told(json.dumps(asdict(job.identity)).encode())
    parts = divide(job)
    team.give_file(job.folder / run_folder.SPLIT)
    work, state = _trained(job, parts, team)
    card = fit.finish(job, _alone(work, job), parts, state)
    team.wait()
    return card


def _follow(job: Job, team: Team) -> None:
    """The part of every other process, in a folder of its own that only holds what the chief gives it."""
    told = team.told(b"")
    if not told:  # the run is finished already
        return
    chiefs = Identity.read(told.decode())
    if differences := chiefs.differences(job.identity):
        raise InputError(
            f"worker {team.cluster.index} has another run than the chief: {'; '.join(differences)}",
            "give all processes the same data, recipe, --seed, --split and --weights",
        )
    job = job.with_epochs(chiefs.epochs)
    team.give_file(job.folder / run_folder.SPLIT)
    _trained(job, divide(job), team)
    team.wait()  # for the chief, who needs the others no more but would take their end for a loss


def _trained(job: Job, parts: Split, team: Team) -> tuple[Work, State]:
    """Train together, from what the chief has saved."""
    team.give_file(job.folder / run_folder.CHECKPOINT / STATE)
    with team.scope():
        work = work_of(job, parts, fresh_model(job))
        state = fit.last_state(work)
        team.set_seeds_apart(work.model)
        loop.run(work, state)
    return work, state


def _alone(work: Work, job: Job) -> Work:
    """The same with a model that answers without the other processes."""
    image_shape, class_count = job.dataset.image_shape, job.dataset.class_count
    plain = networks.build(job.recipe, image_shape, class_count, mixed_precision=job.recipe.mixed_precision)
    plain.set_weights(work.model.get_weights())
    return replace(work, model=plain, team=None)
