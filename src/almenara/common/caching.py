"""Where drawn pages are kept: in each process's own memory. Django's default cache is the database's, shared by all."""

from __future__ import annotations

from django.core.cache import caches
from django.utils.connection import ConnectionProxy

cache = ConnectionProxy(caches, "pages")
