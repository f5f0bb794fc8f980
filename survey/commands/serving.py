"""The command ``afterword serve``; what only pages for staff need is loaded where they are wanted."""

from __future__ import annotations

import click

from survey import log_lines
from survey.runtime import Runtime, open_runtime, require_role
from survey.settings import load_settings

PATIENTS = "patients"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8765, show_default=True)
@click.option("--threads", default=4, show_default=True)
@click.option("--only", type=click.Choice([PATIENTS]), help="Only what patients meet: a smaller process.")
def serve(host: str, port: int, threads: int, only: str | None) -> None:
    """Serve the web pages."""
    from survey.app import make_app
    from survey.web import remaking, serving

    settings = load_settings()
    log_lines.install(settings.log_format)
    require_role(settings, "web")
    runtime = open_runtime(settings)
    app = make_app(runtime, only_patients=only == PATIENTS)
    if only is None:
        from survey.web import sealed_bodies

        sealed_bodies.install(app)
    remaking.keep_at_hand(app)
    proxies = settings.trusted_proxies
    try:
        server = serving.WebServer(app, host=host, port=port, threads=threads, trusted_proxies=proxies)
    except OSError as trouble:
        raise click.ClickException(f"{host}:{port} cannot be used ({trouble.strerror}).") from None
    click.echo(f"Serving on http://{host}:{port}")
    if only is None:
        _show_the_beginning(runtime, f"http://{host}:{port}")
    server.run()


def _show_the_beginning(runtime: Runtime, address: str) -> None:
    from survey import beginning

    if beginning.is_open(runtime):
        first = f"/staff/begin/{beginning.code(runtime.settings)}"
        click.echo(f"There is no practice yet. Begin at {address}{first}")
