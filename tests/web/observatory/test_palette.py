"""Classes must stay apart for every reader: by lightness, under simulated colour blindness, and as text carriers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from almenara.observatory.presenters import palette

# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB
DEFICIENCIES = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
TO_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    ratio = np.array(TO_XYZ) @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
def test_neighbouring_classes_stay_apart_for_every_reader(number: int, deficiency: str | None) -> None:
    matrix = np.eye(3) if deficiency is None else np.array(DEFICIENCIES[deficiency])
    seen = [lab(matrix @ linear(colour)) for colour in palette.colours(number)]
    distances = [float(np.linalg.norm(a - b)) for a, b in pairwise(seen)]
    assert min(distances) > 10, distances
    lightness = [colour[0] for colour in seen]
    assert all(a - b > 5 for a, b in pairwise(lightness)), "darker at every step"


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_text_on_a_class_can_be_read(number: int) -> None:
    for colour in palette.colours(number):
        assert palette.contrast(palette.ink(colour), colour) >= 4.5


def test_contrast_agrees_with_the_definition_at_its_ends() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#777777") == 1
