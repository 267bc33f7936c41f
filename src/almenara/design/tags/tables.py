from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string

from almenara.design import addresses
from almenara.design.pieces import Chip, Link

register = template.Library()


@register.simple_block_tag
def data_table(content: str, caption: str, hidden_caption: bool = False) -> str:
    values = {"content": content, "caption": caption, "hidden_caption": hidden_caption}
    return render_to_string("design/components/data_table.html", values)


@register.inclusion_tag("design/components/sort_heading.html", takes_context=True)
def sort_heading(
    context: Context, key: str, label: str, current: str, numeric: bool = False, largest_first: bool = False
) -> dict[str, object]:
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    address = addresses.sorted_by(_query(context), key, current, largest_first=largest_first)
    return {"label": label, "address": address, "direction": direction, "numeric": numeric}


@register.inclusion_tag("design/components/pager.html", takes_context=True)
def pager(
    context: Context, page: Any, total: str = "", previous: str = "", next: str = ""
) -> dict[str, object]:
    query = _query(context)
    turned = {
        side: addresses.changed(query, **{**dict.fromkeys(addresses.PLACES), side: key})
        for side, key in (("before", page.before), ("after", page.after))
        if key is not None
    }
    return {"total": total, "previous": previous, "next": next, **turned}


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: str, label: str, chips: Sequence[Chip] = ()) -> str:
    query = _query(context)
    values = {"content": content, "label": label, "sort": query.get("sort", "")}
    return render_to_string("design/components/filter_bar.html", values | _taken_away(query, chips))


@register.inclusion_tag("design/components/narrowed.html", takes_context=True)
def narrowed(context: Context, chips: Sequence[Chip]) -> dict[str, object]:
    return _taken_away(_query(context), chips)


@register.simple_block_tag(takes_context=True)
def bulk(context: Context, content: str, actions: Sequence[Link], address: str = "") -> str:
    values = {"content": content, "actions": actions, "address": address}
    return render_to_string("design/components/bulk.html", values | {"csrf_token": context.get("csrf_token")})


@register.inclusion_tag("design/components/choose_all.html")
def choose_all() -> dict[str, object]:
    return {}


@register.inclusion_tag("design/components/choose.html")
def choose(key: str | int, label: str) -> dict[str, object]:
    return {"key": str(key), "label": label}


def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET if request else QueryDict()


def _taken_away(query: QueryDict, chips: Sequence[Chip]) -> dict[str, object]:
    without = [(chip.label, addresses.without(query, chip.parameter, chip.value)) for chip in chips]
    return {"chips": without, "everything": _cleared(query, chips)}


def _cleared(query: QueryDict, chips: Sequence[Chip]) -> str:
    return addresses.from_the_start(query, **dict.fromkeys(chip.parameter for chip in chips))
