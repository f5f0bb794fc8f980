"""The application for WSGI servers: ``gunicorn wsgi:app``, or plain ``flask run``."""

from survey.app import create_app

app = create_app()
