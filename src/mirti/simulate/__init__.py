"""A country that does not exist, its truth known: what to draw, in pieces. `mirti.io.simulated` writes it."""

from mirti.simulate.pieces import Piece, draw_piece
from mirti.simulate.plan import Plan, plan_country
from mirti.simulate.registers import Totals
from mirti.simulate.spec import spec

__all__ = ["Piece", "Plan", "Totals", "draw_piece", "plan_country", "spec"]
