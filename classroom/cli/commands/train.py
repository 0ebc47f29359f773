"""The command ``train``: train a network from scratch on MNIST."""

import argparse
import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.cli.arguments import add_seed, count
from classroom.cli.base import Answer, Command
from classroom.cli.stopping import StopSentence, watch_file
from classroom.errors import ClassroomError, WrongUsage
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.classifiers.cnn import Cnn
    from classroom.evaluation.results import Epoch


@dataclass(frozen=True)
class Trained(Answer):
    """How the training went.

    Attributes
    ----------
    network : str
    parameters : int
    seconds : float
    history : tuple of Epoch
    validation_accuracy, test_accuracy : float
        Shares from 0 to 1.
    file : str or None
        Where the network was saved, if that was asked for.
    """

    network: str
    parameters: int
    seconds: float
    history: "tuple[Epoch, ...]"
    validation_accuracy: float
    test_accuracy: float
    file: str | None

    def as_json(self) -> dict[str, Any]:
        """Return a key for each field; ``file`` only where the network was saved."""
        fields = asdict(self)
        if self.file is None:
            del fields["file"]
        return fields

    def as_text(self) -> list[str]:
        """Return a line with the figures, and a line with the file."""
        text = _(
            "{network}: {parameters:,} parameters, {seconds:.0f} s, "
            "{validation_accuracy:.2%} on the validation part, {test_accuracy:.2%} on the test set."
        )
        lines = [
            text.format(
                network=self.network,
                parameters=self.parameters,
                seconds=self.seconds,
                validation_accuracy=self.validation_accuracy,
                test_accuracy=self.test_accuracy,
            )
        ]
        if self.file is not None:
            lines.append(_("Saved as {file}.").format(file=self.file))
        return lines


class Train(Command):
    """Trains a network from scratch."""

    name = "train"
    help = _("train a network from scratch on MNIST")
    rank = 50

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the network, the epochs, the augmentation, the file and the seed."""
        parser.add_argument(
            "--network",
            default="compact",
            metavar="NAME",
            help=_("a network of classroom/networks/architectures (default: %(default)s)"),
        )
        parser.add_argument(
            "--epochs",
            type=count(1),
            default=30,
            metavar="N",
            help=_("how often every digit is seen (default: %(default)s)"),
        )
        parser.add_argument(
            "--no-augmentation",
            dest="augment",
            action="store_false",
            help=_("show it MNIST as it is, neither distorted nor with further strokes"),
        )
        parser.add_argument(
            "--out", type=Path, default=None, metavar="FILE", help=_("where to save it, as .keras")
        )
        add_seed(parser)

    def run(self, options: argparse.Namespace, home: Path) -> Trained:
        """Train the network, and save it where ``--out`` says so."""
        if options.out is not None:
            _check_target(options.out)
        from classroom.classifiers.cnn import Cnn
        from classroom.cli.commands.mnist import fetch
        from classroom.cli.progress import printed_job
        from classroom.networks import from_scratch
        from classroom.networks.registry import NETWORKS

        if options.network not in NETWORKS:
            raise WrongUsage(
                _("There is no network called {name!r}; choose one of: {known}.").format(
                    name=options.network, known=", ".join(NETWORKS)
                )
            )
        with printed_job(options) as job:
            job.plan(2)
            data = fetch(job, options, home)
            job.step(_("Training the network {name}").format(name=options.network))
            run = from_scratch.train_from_scratch(
                options.network,
                data,
                epochs=options.epochs,
                augment=options.augment,
                seed=options.seed,
                on_epoch=job.epoch,
                on_progress=job.progress,
                cancelled=job.cancelled,
            )
        if options.out is not None:
            _save(Cnn(run.model), options.out)
        return Trained(
            network=options.network,
            parameters=int(run.model.count_params()),
            seconds=round(run.seconds, 2),
            history=tuple(run.history),
            validation_accuracy=run.validation_accuracy,
            test_accuracy=run.test_accuracy,
            file=str(options.out) if options.out is not None else None,
        )

    def watch(self, options: argparse.Namespace, home: Path) -> StopSentence:
        """Return what says whether the network was saved."""
        missing = _("Stopped; the network was not saved, and what it had learnt is gone.")
        return watch_file(options.out, missing) if options.out else lambda: missing


def _check_target(file: Path) -> None:
    """Check before the minutes of training whether a network can be saved as `file`."""
    if file.suffix != ".keras":
        raise WrongUsage(_("--out names a file that ends in .keras, not {file}.").format(file=file))
    from classroom import files

    with _saving(file), files.unfinished(file) as trial:
        trial.touch()


def _save(network: "Cnn", file: Path) -> None:
    from classroom import files

    # Keras insists on the ending, also of the temporary file.
    with _saving(file), files.replacing(file, suffix=file.suffix) as temporary:
        network.save(temporary)


@contextlib.contextmanager
def _saving(file: Path) -> Iterator[None]:
    """Turn an error of the disk within the block into a sentence."""
    try:
        yield
    except OSError as error:
        raise ClassroomError(
            _("The network cannot be saved as {file}: {why}. Choose another place.").format(
                file=file, why=error.strerror or error
            )
        ) from error
