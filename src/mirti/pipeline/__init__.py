"""One function a use case, each reading like its summary."""

from mirti.pipeline.run import run

__all__ = ["run"]
