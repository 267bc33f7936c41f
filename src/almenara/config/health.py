from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from almenara.accounts.validators import check_breach_file
from almenara.common.errors import MachineError
from almenara.witness.queries import sealing_state


def health(request: HttpRequest) -> JsonResponse:
    """For the supervisor and the proxy: 200 if the site can reach its database and check passwords, 503 otherwise.

    log: "behind" if entries wait for their seal, or heads for their copy, for more than a minute.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        behind = sealing_state().behind
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    try:
        check_breach_file()
    except MachineError:
        return JsonResponse({"status": "list of stolen passwords unreadable"}, status=503)
    return JsonResponse({"status": "ok", "log": "behind" if behind else "sealed"})
