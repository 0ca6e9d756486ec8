"""The web process's entry."""

from threading import Thread

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()


def _ahead() -> None:
    """What every search needs is made before somebody asks."""
    from django.db import DatabaseError, connection

    from tongban.journeys import find

    try:
        find.everything()
        find.shelf("办", here="")
    except DatabaseError:
        return  # it is made when somebody asks
    finally:
        connection.close()


Thread(target=_ahead, name="ahead", daemon=True).start()
