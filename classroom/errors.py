"""The errors that a user sees as a sentence; all packages raise them."""


class ClassroomError(Exception):
    """Something went wrong that the user can understand and act on.

    The message is shown as it stands, in the window or on stderr: one or two
    sentences that say what happened, what was expected and what to do.
    Anything that is not a ``ClassroomError`` is a bug, and goes to the log
    with its traceback.
    """


class WrongUsage(ClassroomError):
    """The command line names what does not exist, or its arguments do not go together."""


class Cancelled(Exception):
    """A job was cancelled by the user. It is no error, and the job has changed nothing."""
