"""Exports: asked for with a purpose, written encrypted by a job, open to their asker alone, gone after a day."""

from almenara.privacy.exports.registry import Exporter, Table, exporter, register

__all__ = ["Exporter", "Table", "exporter", "register"]
