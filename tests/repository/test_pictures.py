"""The pictures of the main pages stand in the docs, each in all its shapes, as `make pictures` writes them."""

from __future__ import annotations

import pytest
from PIL import Image

from tools.pictures import FOLDER, GALLERY, PICTURES, SHAPES, gallery


def test_the_page_of_pictures_is_as_the_command_writes_it() -> None:
    assert GALLERY.read_text(encoding="utf-8") == gallery()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_main_page_has_a_picture_of_the_screen_it_is_named_after(shape: str) -> None:
    (width, height), _ = SHAPES[shape]
    for picture in PICTURES:
        with Image.open(FOLDER / picture.file(shape)) as taken:
            assert taken.size == (width, height), picture.name


def test_a_page_in_the_dark_is_darker() -> None:
    for picture in PICTURES:
        light, dark = (brightness(picture.file(shape)) for shape in ("light", "dark"))
        assert dark < light / 2, picture.name


def brightness(name: str) -> float:
    """Mean of the pixels' lightness, 0 to 255."""
    with Image.open(FOLDER / name) as taken:
        lightness = taken.convert("L").histogram()
    return sum(value * count for value, count in enumerate(lightness)) / sum(lightness)
