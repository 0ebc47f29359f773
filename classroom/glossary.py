"""The words of the program: what each means, its name in the code, and what to avoid.

The window explains its terms with these sentences. ``docs/glossary.md`` is made
from them by ``tools/make_glossary.py``.
"""

from dataclasses import dataclass

from classroom.i18n import _


@dataclass(frozen=True)
class Term:
    """One word.

    Attributes
    ----------
    name : str
        As the window and the documents write it.
    meaning : str
        One or two sentences that a student understands.
    symbol : str
        Its name in the code, below `classroom`; empty where there is none.
    avoid : tuple of str
        Words that stand for the same, or for too many things.
    """

    name: str
    meaning: str
    symbol: str = ""
    avoid: tuple[str, ...] = ()


TERMS = (
    Term(
        _("accuracy"),
        _("The share of digits that a classifier gets right, from 0 to 100 per cent."),
        "evaluation.results.Score.accuracy",
        ("hit rate", "precision"),
    ),
    Term(
        _("anti-aliasing"),
        _("Grey pixels along the edge of a stroke, so that a small picture keeps its shape."),
        avoid=("smoothing",),
    ),
    Term(
        _("augmentation"),
        _("Training digits that are shifted, turned or bent a little, anew in each epoch."),
        "networks.augmentation",
        ("distorting", "variation"),
    ),
    Term(
        _("background"),
        _("What is not ink: the paper, the blackboard, whatever the light on it."),
        "preprocessing.background.background_contrast",
        ("ground", "lighting"),
    ),
    Term(
        _("backup"),
        _("A copy of the own samples that the program makes by itself, beside the store."),
        "datasets.backups",
        ("safety copy", "snapshot"),
    ),
    Term(
        _("batch size"),
        _("How many digits go through a network at once."),
        "networks.augmentation.BATCH_SIZE",
        ("helping", "chunk"),
    ),
    Term(
        _("bounding box"),
        _("The smallest upright rectangle around the ink of a digit."),
        "preprocessing.page.FoundDigit.box",
        ("frame", "square"),
    ),
    Term(
        _("calibration"),
        _("Whether a classifier that says 80% is right in 80 of 100 cases."),
        "evaluation.metrics.calibration",
    ),
    Term(
        _("centre of mass"),
        _("The point on which the ink of a digit would balance; MNIST has it in the middle."),
        "preprocessing.digits.from_ink",
        ("focus", "middle"),
    ),
    Term(
        _("checkpoint"),
        _("A trained network as it was saved to a file."),
        avoid=("snapshot",),
    ),
    Term(
        _("class"),
        _("One of the ten answers, 0 to 9. A group of students is a school class."),
        "evaluation.results.DIGITS",
    ),
    Term(
        _("classifier"),
        _("What answers with a digit to an image: a CNN, an SVM, k-NN."),
        "classifiers.base.Classifier",
        ("machine", "model", "algorithm"),
    ),
    Term(
        _("CNN"),
        _("A convolutional neural network: small filters slide over the image, layer by layer."),
        "classifiers.cnn.Cnn",
    ),
    Term(
        _("comparison"),
        _("Several classifiers trained on the same digits and scored on the same tests."),
        "engine.comparison",
        ("match", "lab"),
    ),
    Term(
        _("confidence interval"),
        _("The range in which the true share lies, as far as the few digits tell: in 95 of 100."),
        "evaluation.statistics.wilson",
        ("certainty", "error bar"),
    ),
    Term(
        _("confusion matrix"),
        _("A table of which digit was taken for which: a row for the true, a column for the said."),
        "evaluation.results.Evaluation.confusion",
    ),
    Term(
        _("connected component"),
        _("Ink that hangs together without a gap."),
        "preprocessing.components.Component",
        ("piece", "blob"),
    ),
    Term(
        _("contrast"),
        _("How much a pixel differs from the background around it, from 0 to 255."),
        "preprocessing.thresholding.InkSteps.contrast",
        ("difference", "evenness"),
    ),
    Term(
        _("engine"),
        _("The process beside the window that holds the classifiers and does the long work."),
        "engine",
        ("worker", "server"),
    ),
    Term(
        _("epoch"),
        _("One pass of a training over all its digits."),
        "evaluation.results.Epoch",
        ("round", "pass"),
    ),
    Term(
        _("exam"),
        _("The own samples that no classifier is trained on: every third of a writer's digit."),
        "datasets.sample.Part.EXAM",
        ("own test set",),
    ),
    Term(
        _("feature"),
        _("A number that is computed from the pixels and given to a classifier in their place."),
        "classifiers.svm.Svm.features",
        ("attribute", "property"),
    ),
    Term(
        _("feature map"),
        _("What one filter of a CNN answers at each place of the image."),
        avoid=("activation image",),
    ),
    Term(
        _("fine-tuning"),
        _("Training a network that has learned already a little further, on own samples."),
        "networks.fine_tuning",
        ("retraining from scratch", "lesson"),
    ),
    Term(
        _("ground truth"),
        _("The digit that it really is, as somebody has said."),
        avoid=("solution",),
    ),
    Term(
        _("hand in"),
        _("To save everything of a writer as one zip file for the teacher."),
        "datasets.formats.hand_in_zip",
        ("submit", "contribution"),
    ),
    Term(
        _("held-out digits"),
        _("Digits of the training set that are kept back, to choose settings by them."),
        "networks.from_scratch.random_split",
        ("spare digits",),
    ),
    Term(
        _("HOG"),
        _("Histograms of oriented gradients: which way the edges run, in each part of the image."),
        "classifiers.hog",
        ("gradients",),
    ),
    Term(
        _("home"),
        _("The folder that holds the samples, the versions and the runs of one installation."),
        "paths",
    ),
    Term(
        _("ink"),
        _("The pixels of a stroke, light on black as MNIST has them."),
        "preprocessing.thresholding.find_ink",
        ("foreground",),
    ),
    Term(
        _("interpolation"),
        _("Going part of the way from the old weights to the new ones after a fine-tuning."),
        "networks.fine_tuning.Recipe.interpolation",
        ("way",),
    ),
    Term(
        _("k-NN"),
        _("The k nearest neighbours: the training digits most like the one in question vote."),
        "classifiers.knn.Knn",
    ),
    Term(
        _("label"),
        _("The digit that somebody has said a sample is, 0 to 9."),
        "datasets.sample.Sample.label",
        ("class", "name"),
    ),
    Term(
        _("learning curve"),
        _("How many digits are right, against how many were learned."),
        "plots.learning_curve.LearningCurve",
    ),
    Term(
        _("line of versions"),
        _("All versions whose CNN learned from the same start; each line counts by itself."),
        "engine.versions.Line",
        ("branch", "family"),
    ),
    Term(
        _("loss"),
        _("How far a network's answers are from the truth; training makes it smaller."),
        "evaluation.results.Epoch.loss",
        ("error",),
    ),
    Term(
        _("MNIST"),
        _("70,000 digits written by Americans around 1990, in 28×28 pixels."),
        "datasets.mnist",
    ),
    Term(
        _("MNIST test set"),
        _("The 10,000 digits of MNIST that nothing is trained on."),
        "evaluation.results.TestSet.MNIST",
        ("MNIST exam",),
    ),
    Term(
        _("own samples"),
        _("The digits that the students have kept."),
        "datasets.dataset.Dataset",
        ("data", "collection"),
    ),
    Term(
        _("practice"),
        _("The own samples that classifiers are trained on."),
        "datasets.sample.Part.PRACTICE",
        ("own training set",),
    ),
    Term(
        _("probability"),
        _("How sure a classifier says it is of a digit, from 0 to 1; all ten add up to 1."),
        "classifiers.base.Classifier.predict_proba",
        ("score", "sureness"),
    ),
    Term(
        _("precision and recall"),
        _("Of those called a digit, how many are one; and of that digit, how many are found."),
        "evaluation.results.precision_recall_f1",
    ),
    Term(
        _("region"),
        _("The square part of the camera's picture in which a digit is looked for."),
        "preprocessing.region.Region",
        ("square", "area"),
    ),
    Term(
        _("retraining"),
        _("The button: all three classifiers learn MNIST and the own practice samples."),
        "engine.retraining",
        ("lesson",),
    ),
    Term(
        _("ROC curve"),
        _("The share of a digit that is found, against the share of the rest taken for it."),
        "plots.roc.Roc",
    ),
    Term(
        _("run"),
        _("One comparison that was made and kept, with its settings and every answer."),
        "evaluation.runs.Run",
        ("experiment", "session"),
    ),
    Term(
        _("sample"),
        _("One kept digit: the image, the label, the writer, the time, and its part."),
        "datasets.sample.Sample",
        ("example", "item"),
    ),
    Term(
        _("score"),
        _("How many were right, out of how many."),
        "evaluation.results.Score",
        ("points", "probability"),
    ),
    Term(
        _("seed"),
        _("The number that random choices start from; the same seed gives the same choices."),
        "evaluation.runs.RunSummary.seed",
    ),
    Term(
        _("start"),
        _("One of the networks that ship with the program: a retraining starts from it."),
        "starts.Start",
        ("base model", "pretrained network"),
    ),
    Term(
        _("stroke"),
        _("What the pen draws between touching the paper and leaving it, as points."),
        "preprocessing.strokes.Stroke",
        ("line",),
    ),
    Term(
        _("study"),
        _("Comparisons repeated over sizes and seeds."),
        "evaluation.studies.StudyPlan",
    ),
    Term(
        _("support vector"),
        _("A training digit close to the border between two classes, which holds it in place."),
        "classifiers.svm",
    ),
    Term(
        _("SVM"),
        _("A support vector machine: the widest border between each two classes."),
        "classifiers.svm.Svm",
    ),
    Term(
        _("test set"),
        _("Digits that a classifier is scored on and was never trained on."),
        "evaluation.results.TestSet",
        ("exam",),
    ),
    Term(
        _("threshold"),
        _("The grey level from which on a pixel counts as ink."),
        "preprocessing.thresholding.Threshold",
        ("limit", "cut"),
    ),
    Term(
        _("training set"),
        _("Digits that a classifier learns from."),
        avoid=("practice",),
    ),
    Term(
        _("validation"),
        _("Scoring on held-out digits while a network learns."),
        "evaluation.results.Epoch.validation_accuracy",
        ("test",),
    ),
    Term(
        _("verdict"),
        _("A sentence on whether one classifier is better than another, or may just be lucky."),
        "evaluation.verdicts.verdict",
        ("judgement",),
    ),
    Term(
        _("version"),
        _("What one retraining made: CNN, SVM and k-NN, kept, to be used again at any time."),
        "engine.versions.Version",
        ("model", "generation"),
    ),
    Term(
        _("weights"),
        _("The numbers in a network that training changes."),
        avoid=("parameters learned",),
    ),
    Term(
        _("writer"),
        _("Who wrote a sample, by the name given at keeping."),
        "datasets.sample.Sample.writer",
        ("user", "author"),
    ),
)


def markdown() -> str:
    """Return all terms as a table in Markdown, in alphabetical order."""
    rows = [
        f"| **{term.name}** | {term.meaning} | {f'`{term.symbol}`' if term.symbol else ''} "
        f"| {', '.join(term.avoid)} |"
        for term in sorted(TERMS, key=lambda term: term.name.casefold())
    ]
    head = [
        "# Glossary",
        "",
        "The words that the window, the documents and the code use, each with one meaning. "
        "This page is made from `classroom/glossary.py` by `python tools/make_glossary.py`.",
        "",
        "| term | meaning | in the code | not |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"
