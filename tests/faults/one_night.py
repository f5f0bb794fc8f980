"""One waking of the worker on the installation that the environment names, in the night of the tests."""

from survey import jobs
from survey.clock import SimulatedClock
from survey.invitations.mailer import FolderMailer
from survey.runtime import open_runtime
from survey.settings import load_settings
from tests.faults.dying import NIGHT

if __name__ == "__main__":
    opened = open_runtime(load_settings(), SimulatedClock(NIGHT))
    jobs.run_due(opened, FolderMailer(opened.settings.mailbox))
    opened.engine.dispose()
