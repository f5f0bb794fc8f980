"""What wakes a worker, and how it ends: each minute a call, and a signal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from survey import clock, due, jobs
from survey.clock_guard import Watch
from survey.invitations.mailer import mailer_for
from survey.runtime import Runtime
from survey.settings import Settings, SettingsError

#: Seconds within which Redis has to answer at the start.
QUEUE_PATIENCE = 5
#: Seconds for what is being done when the process is told to end; service managers wait for thirty.
ENDING_PATIENCE = 25


def require_queue(settings: Settings) -> None:
    """Raises SettingsError where the wake-up calls are to come from a Redis that cannot be used."""
    if not settings.queue_url:
        return
    try:
        import redis
    except ImportError:
        raise SettingsError("queue_url needs redis: pip install 'afterword-survey[redis]'") from None
    try:
        with redis.Redis.from_url(
            settings.queue_url, socket_connect_timeout=QUEUE_PATIENCE, socket_timeout=QUEUE_PATIENCE
        ) as server:
            server.ping()
    except ValueError:
        raise SettingsError("queue_url must begin with redis://, rediss:// or unix://.") from None
    except redis.RedisError:
        raise SettingsError(
            "Redis at queue_url does not answer, or refuses. Start it or correct queue_url; "
            "nothing was changed."
        ) from None


def consume(runtime: Runtime, *, periodic: bool) -> None:
    """Work until SIGTERM or SIGINT comes; then a mail that was begun is finished, and no other is."""
    consumer = make_huey(runtime).create_consumer(
        workers=1, periodic=periodic, initial_delay=0.2, max_delay=2.0, shutdown_timeout=ENDING_PATIENCE
    )
    stop = consumer.stop

    def end(graceful: bool = True) -> None:
        del graceful  # huey tells the two signals apart, nobody else does
        runtime.ending.set()
        stop(graceful=True)

    consumer.stop = end
    consumer.run()


def make_huey(runtime: Runtime) -> Any:
    """The wake-up calls: every minute, on SQLite beside the database or on Redis."""
    from huey import RedisHuey, SqliteHuey, crontab
    from huey.serializer import SignedSerializer

    settings = runtime.settings
    # huey's calls are pickled: whoever may write to the queue must not be able to run code by it.
    signed = SignedSerializer(secret=settings.secret_key, salt="wake-up calls")
    if settings.queue_url:
        huey = RedisHuey("afterword", url=settings.queue_url, serializer=signed)
    else:
        place = str(Path(settings.data) / "queue.sqlite3")
        huey = SqliteHuey("afterword", filename=place, serializer=signed)
    mailer = mailer_for(settings)
    watch, rounds = Watch(runtime.clock.now(), clock.monotonic()), due.Rounds()

    @huey.periodic_task(crontab(minute="*"))
    def wake() -> None:
        jobs.woken(runtime, mailer, watch, monotonic=clock.monotonic(), rounds=rounds)

    return huey
