"""Survey cells with effects of areas and PSUs, and the mixed model's likelihood the slow, obvious way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from mirti.models.mixed.data import MixedData, mixed_data
from mirti.tables import Floats, Sample, SurveyCells


@dataclass(frozen=True)
class Simulated:
    """Columns x (m, p) with the intercept, and the cells, one child each."""

    x: Floats
    cells: SurveyCells

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"x{j}" for j in range(self.x.shape[1]))

    def data(self, **how: object) -> MixedData:
        return mixed_data(self.x, self.cells, names=self.names, **how)

    def rows(self, chosen: NDArray[np.intp]) -> Simulated:
        columns = ("psu", "area", "codes", "n", "ny", "sw", "swy", "sw2", "sw2y")
        taken = {name: getattr(self.cells, name)[chosen] for name in columns}
        return Simulated(self.x[chosen], replace(self.cells, **taken))

    def weighing(self, factor: Floats) -> Simulated:
        """Every weight times its factor, (m,)."""
        c = self.cells
        cells = replace(
            c, sw=c.sw * factor, swy=c.swy * factor, sw2=c.sw2 * factor**2, sw2y=c.sw2y * factor**2
        )
        return Simulated(self.x, cells)


def simulate(
    areas: int = 20,
    psus: int = 4,
    children: int = 8,
    columns: int = 3,
    sigma: tuple[float, float] = (0.7, 0.5),
    seed: int = 1,
) -> Simulated:
    """Areas of as many PSUs of as many children; 0/1 columns; unequal weights of PSUs and children."""
    rng = np.random.default_rng(seed)
    m, groups = areas * psus * children, areas * psus
    area, psu = np.repeat(np.arange(areas), psus * children), np.repeat(np.arange(groups), children)
    x = np.column_stack([np.ones(m), rng.random((m, columns - 1)) < 0.4]).astype(np.float64)
    beta = np.concatenate([[-1.2], rng.normal(0, 0.5, columns - 1)])
    effect = rng.normal(0, sigma[0], areas)[area] + rng.normal(0, sigma[1], groups)[psu]
    y = (rng.random(m) < expit(x @ beta + effect)).astype(np.float64)
    w = rng.gamma(5, 10, m) * rng.gamma(5, 1, groups)[psu] + 1
    return Simulated(x, cells_of(area, psu, y, w))


def cells_of(area: NDArray[np.intp], psu: NDArray[np.intp], y: Floats, w: Floats) -> SurveyCells:
    m, areas = len(y), int(area.max()) + 1
    labels = tuple(str(c) for c in range(int(psu.max()) + 1))
    return SurveyCells(
        covariates=(),
        sample=Sample(("",), labels, np.zeros(len(labels), np.int32)),
        area_codes=tuple(f"{d:03d}" for d in range(areas)),
        psu=psu.astype(np.int32),
        ssu=None,
        area=area.astype(np.int32),
        codes=np.zeros((m, 0), np.int16),
        n=np.ones(m, np.int64),
        ny=y.astype(np.int64),
        sw=w,
        swy=w * y,
        sw2=w**2,
        sw2y=w**2 * y,
    )


def obvious_log_likelihood(
    data: MixedData, beta: Floats, sigma_u: float, sigma_v: float, points: int = 201, width: float = 9.0
) -> float:
    """Two nested sums over equally spaced points: nothing adapts, nothing is shared with the engine's quadrature."""
    z = np.linspace(-width, width, points)
    density = -0.5 * z**2 - 0.5 * np.log(2 * np.pi) + np.log(z[1] - z[0])
    eta, total = data.x @ beta, 0.0
    for first, last in zip(data.area_start[:-1], data.area_start[1:], strict=True):
        area = density.copy()
        for c in range(first, last):
            rows = slice(data.psu_start[c], data.psu_start[c + 1])
            for k, u in enumerate(sigma_u * z):
                at = (eta[rows] + u)[:, None] + sigma_v * z[None, :]
                cells = data.swy[rows] @ at - data.sw[rows] @ np.logaddexp(0, at)
                area[k] += data.psu_weight[c] * logsumexp(density + cells)
        total += logsumexp(area)
    return float(total)
