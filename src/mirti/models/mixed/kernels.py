"""The inner loops of the mixed model, compiled: where the nodes stand, the likelihood at them, what follows from it.

Notation. S areas hold C groups (PSUs within an area), these hold m cells; a cell's linear predictor is η, `odds` is
exp η (m,). Effects are standard normal: u = σ_u z, v = σ_v y. The quadrature has K nodes of z in each area and J nodes
of y in each group at each of the K. Arrays of the places: `mode_z`, `scale_z` (S,), `mode_y`, `scale_y`, `slope` (C,);
of the nodes: `z` (S, K), `y` and `factor` = exp(u + v) (C, K, J); of the posterior: `area_weight` (S, K) and
`group_weight` (C, K, J), the latter given the node of the area.
"""

from __future__ import annotations

import math

import numpy as np

from mirti.compiled import compiled
from mirti.tables import Floats, Index

FAR = 300.0  # a predictor or an effect is held within it: beyond all is certain, and exponentials overflow
MODE_STEPS = 100
MODE_FOUND = 1e-9  # length of a step, in posterior standard deviations
HALVINGS = 40


@compiled
def group_at(
    first: int, last: int, odds: Floats, sw: Floats, swy: Floats, effect: float
) -> tuple[float, float, float]:
    """Of the cells first to last at an effect u + v: log-likelihood less Σ swy η, its slope and minus its curvature."""
    effect = min(max(effect, -FAR), FAR)
    factor = math.exp(effect)
    value, slope, curvature = 0.0, 0.0, 0.0
    for i in range(first, last):
        ratio = odds[i] * factor
        probability = ratio / (1.0 + ratio)
        value += swy[i] * effect - sw[i] * math.log1p(ratio)
        slope += swy[i] - sw[i] * probability
        curvature += sw[i] * probability / (1.0 + ratio)
    return value, slope, curvature


@compiled
def find_modes(
    odds: Floats,
    sw: Floats,
    swy: Floats,
    psu_start: Index,
    psu_weight: Floats,
    area_start: Index,
    sigma: tuple[float, float],
    places: tuple[Floats, Floats, Floats, Floats, Floats],
) -> None:
    """The joint mode of each area's effects, by Newton from where `places` stand; scale and slope from the curvature.

    places: mode_z, scale_z, mode_y, scale_y, slope, all written. The objective is concave.
    """
    mode_z, scale_z, mode_y, scale_y, slope = places
    sigma_u, sigma_v = sigma
    most = 0
    for d in range(len(mode_z)):
        most = max(most, area_start[d + 1] - area_start[d])
    pull, curvature, trial = np.empty(most), np.empty(most), np.empty(most)
    for d in range(len(mode_z)):
        first, groups = area_start[d], area_start[d + 1] - area_start[d]
        z, dz, before, fraction = mode_z[d], 0.0, -np.inf, 1.0
        for c in range(groups):
            trial[c] = 0.0
        for step in range(MODE_STEPS + HALVINGS):
            moved = z + fraction * dz
            value, total, information = -0.5 * moved * moved, -moved, 1.0
            for c in range(groups):
                g = first + c
                y = mode_y[g] + fraction * trial[c]
                here, r, a = group_at(
                    psu_start[g], psu_start[g + 1], odds, sw, swy, sigma_u * moved + sigma_v * y
                )
                value += psu_weight[g] * (here - 0.5 * y * y)
                pull[c], curvature[c] = sigma_v * r - y, a
                shared = 1.0 + sigma_v * sigma_v * a
                total += psu_weight[g] * sigma_u * (r - sigma_v * a * pull[c] / shared)
                information += psu_weight[g] * sigma_u * sigma_u * a / shared
            if value < before - 1e-12 * abs(before) and fraction > 0.5**HALVINGS:
                fraction *= 0.5
                continue
            z, before = moved, value
            dz = total / information
            length = dz * dz * information
            for c in range(groups):
                g = first + c
                mode_y[g] += fraction * trial[c]
                shared = 1.0 + sigma_v * sigma_v * curvature[c]
                slope[g] = -sigma_u * sigma_v * curvature[c] / shared
                scale_y[g] = 1.0 / math.sqrt(shared)
                trial[c] = pull[c] / shared + slope[g] * dz
                length += psu_weight[g] * pull[c] * pull[c] / shared
            fraction = 1.0
            if length < MODE_FOUND * MODE_FOUND or step >= MODE_STEPS:
                break
        mode_z[d], scale_z[d] = z, 1.0 / math.sqrt(information)


@compiled
def normalise(terms: Floats) -> float:
    """Log of Σ exp of terms, which are replaced by their shares of it."""
    highest = terms.max()
    total = 0.0
    for i in range(len(terms)):
        terms[i] = math.exp(terms[i] - highest)
        total += terms[i]
    for i in range(len(terms)):
        terms[i] /= total
    return float(highest + math.log(total))


@compiled
def place(
    mode: float, scale: float, at: Floats, log_weight: Floats, nodes: Floats, log_terms: Floats
) -> None:
    """Nodes of one standard normal effect around its mode, and the log of weight × density that each adds."""
    for k in range(len(at)):
        nodes[k] = mode + scale * at[k]
        log_terms[k] = log_weight[k] + math.log(scale) + 0.5 * (at[k] * at[k] - nodes[k] * nodes[k])


@compiled
def add_cells(first: int, last: int, odds: Floats, sw: Floats, factor: Floats, terms: Floats) -> None:
    """Take Σ sw log(1 + exp(η + effect)) of the cells from the terms (Q,) of effects with exponentials factor (Q,)."""
    for i in range(first, last):
        for q in range(len(factor)):
            terms[q] -= sw[i] * math.log(1.0 + odds[i] * factor[q])


@compiled
def integrate(
    odds: Floats,
    sw: Floats,
    swy: Floats,
    psu_start: Index,
    psu_weight: Floats,
    area_start: Index,
    sigma: tuple[float, float],
    places: tuple[Floats, Floats, Floats, Floats, Floats],
    rules: tuple[Floats, Floats, Floats, Floats],
    nodes: tuple[Floats, Floats, Floats, Floats, Floats],
) -> float:
    """The log pseudo-likelihood less Σ w2 swy η; writes nodes: z, area_weight, y, factor, group_weight.

    rules: nodes and log weights of Gauss–Hermite quadrature for the density of a standard normal, of K and J nodes.
    """
    mode_z, scale_z, mode_y, scale_y, slope = places
    at_k, log_k, at_j, log_j = rules
    z, area_weight, y, factor, group_weight = nodes
    total = 0.0
    for d in range(len(mode_z)):
        place(mode_z[d], scale_z[d], at_k, log_k, z[d], area_weight[d])
        for g in range(area_start[d], area_start[d + 1]):
            positive = swy[psu_start[g] : psu_start[g + 1]].sum()
            for k in range(len(at_k)):
                centre = mode_y[g] + slope[g] * (z[d, k] - mode_z[d])
                place(centre, scale_y[g], at_j, log_j, y[g, k], group_weight[g, k])
                for j in range(len(at_j)):
                    effect = min(max(sigma[0] * z[d, k] + sigma[1] * y[g, k, j], -FAR), FAR)
                    factor[g, k, j] = math.exp(effect)
                    group_weight[g, k, j] += positive * effect
            add_cells(
                psu_start[g], psu_start[g + 1], odds, sw, factor[g].reshape(-1), group_weight[g].reshape(-1)
            )
            for k in range(len(at_k)):
                area_weight[d, k] += psu_weight[g] * normalise(group_weight[g, k])
        total += normalise(area_weight[d])
    return total


@compiled
def expectations(
    odds: Floats,
    sw: Floats,
    swy: Floats,
    psu_start: Index,
    psu_weight: Floats,
    area_start: Index,
    nodes: tuple[Floats, Floats, Floats, Floats, Floats],
    residual: Floats,
    moments: Floats,
    sigma_score: Floats,
) -> None:
    """Posterior means over the nodes, times the PSU's weight; all three arrays are written.

    residual: (m,) of swy - sw p; moments: (m, 3) of sw p (1 - p) times 1, z and y; sigma_score: (S, 2) of each area's
    derivative in σ_u and σ_v.
    """
    z, area_weight, y, factor, group_weight = nodes
    k_nodes, j_nodes = y.shape[1], y.shape[2]
    size = k_nodes * j_nodes
    weight, ratio = np.empty(size), np.empty(size)
    at_z, at_y, group_residual = np.empty(size), np.empty(size), np.empty(size)
    for d in range(len(area_weight)):
        sigma_score[d, 0] = sigma_score[d, 1] = 0.0
        for g in range(area_start[d], area_start[d + 1]):
            q = 0
            for k in range(k_nodes):
                for j in range(j_nodes):
                    weight[q] = psu_weight[g] * area_weight[d, k] * group_weight[g, k, j]
                    ratio[q], at_z[q], at_y[q] = factor[g, k, j], z[d, k], y[g, k, j]
                    group_residual[q] = 0.0
                    q += 1
            for i in range(psu_start[g], psu_start[g + 1]):
                mean, first, second, third = 0.0, 0.0, 0.0, 0.0
                for q in range(size):
                    inverse = 1.0 / (1.0 + odds[i] * ratio[q])
                    probability = 1.0 - inverse
                    left = swy[i] - sw[i] * probability
                    group_residual[q] += left
                    spread = weight[q] * probability * inverse
                    mean += weight[q] * left
                    first += spread
                    second += spread * at_z[q]
                    third += spread * at_y[q]
                residual[i] = mean
                moments[i, 0], moments[i, 1], moments[i, 2] = sw[i] * first, sw[i] * second, sw[i] * third
            for q in range(size):
                sigma_score[d, 0] += weight[q] * group_residual[q] * at_z[q]
                sigma_score[d, 1] += weight[q] * group_residual[q] * at_y[q]


@compiled
def node_scores(
    first: int, last: int, x: Floats, odds: Floats, sw: Floats, swy: Floats, factor: Floats, rows: Floats
) -> None:
    """rows (J, p + 2), written: Σ (swy - sw p) x of the cells first to last at effects with exponentials factor (J,);
    in the last two columns Σ (swy - sw p) and Σ sw p (1 - p)."""
    p = x.shape[1]
    rows[:, :] = 0.0
    for i in range(first, last):
        for j in range(len(factor)):
            inverse = 1.0 / (1.0 + odds[i] * factor[j])
            left = swy[i] - sw[i] * (1.0 - inverse)
            rows[j, p] += left
            rows[j, p + 1] += sw[i] * (1.0 - inverse) * inverse
            for column in range(p):
                rows[j, column] += x[i, column] * left


@compiled
def centre_rows(rows: Floats, weight: Floats, mean: Floats, root: float) -> None:
    """Each row (J, q) less the mean (q,) by the weights (J,), times the root of its weight, which is written."""
    for column in range(rows.shape[1]):
        here = 0.0
        for j in range(len(weight)):
            here += weight[j] * rows[j, column]
        mean[column] = here
        for j in range(len(weight)):
            rows[j, column] = root * math.sqrt(weight[j]) * (rows[j, column] - here)


@compiled
def score_rows(
    first: int,
    last: int,
    x: Floats,
    odds: Floats,
    sw: Floats,
    swy: Floats,
    psu_start: Index,
    psu_weight: Floats,
    area_of: Index,
    nodes: tuple[Floats, Floats, Floats, Floats, Floats],
    rows: Floats,
    area_rows: Floats,
    corner: Floats,
) -> None:
    """Scores at the nodes of the groups first to last, for the two variances of Louis' formula.

    rows: ((last - first) K J, p + 2), written: scores of β, σ_u, σ_v less their mean over y, times the root of their
    weight. area_rows: (S, K, p + 2), added to: the means over y, times the PSU's weight. corner: (2, 2), added to:
    posterior mean of Σ sw p (1 - p) times zz, zy and yy.
    """
    z, area_weight, y, factor, group_weight = nodes
    k_nodes, j_nodes, p = y.shape[1], y.shape[2], x.shape[1]
    mean, at = np.empty(p + 2), 0
    for g in range(first, last):
        d = area_of[g]
        for k in range(k_nodes):
            block = rows[at : at + j_nodes]
            node_scores(psu_start[g], psu_start[g + 1], x, odds, sw, swy, factor[g, k], block)
            share = psu_weight[g] * area_weight[d, k]
            for j in range(j_nodes):
                total, curvature = block[j, p], share * group_weight[g, k, j] * block[j, p + 1]
                block[j, p], block[j, p + 1] = total * z[d, k], total * y[g, k, j]
                corner[0, 0] += curvature * z[d, k] * z[d, k]
                corner[0, 1] += curvature * z[d, k] * y[g, k, j]
                corner[1, 1] += curvature * y[g, k, j] * y[g, k, j]
            centre_rows(block, group_weight[g, k], mean, math.sqrt(share))
            for column in range(p + 2):
                area_rows[d, k, column] += psu_weight[g] * mean[column]
            at += j_nodes
