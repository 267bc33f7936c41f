"""What the public site has done in the background: almenara.observatory.orders.render_sheets."""

from almenara.observatory import orders  # noqa: F401 (the worker learns of the job)
