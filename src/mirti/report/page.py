from mirti.io.release_tables import Release


def render(release: Release) -> str:
    return f"<!doctype html><html lang=es><title>{release.manifest.title.es}</title>"
