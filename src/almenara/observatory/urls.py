"""Addresses under a language; the words in them are the same in every language, so that a switch keeps the page."""

from django.urls import include, path

from almenara.observatory.views import data, fact_sheets, orders, pages, places, texts

app_name = "observatory"

of_a_country = [
    path("", pages.country, name="country"),
    path("map/", pages.risk_map, name="map"),
    path("map/values.json", data.map_values, name="map-values"),
    path("map/boundaries-<int:level>.arcs", data.map_boundaries, name="map-boundaries"),
    path("map/picture.svg", data.map_picture, name="map-picture"),
    path("ranking/", pages.ranking, name="ranking"),
    path("territories/", pages.territories, name="territories"),
    path("territories/<str:code>/", pages.territory, name="territory"),
    path("territories/<str:code>/fact-sheet.pdf", fact_sheets.territory_pdf, name="territory-pdf"),
    path("sheets/", fact_sheets.sheets, name="sheets"),
    path("sheets/<str:language>/index.csv", fact_sheets.sheets_index, name="sheets-index"),
    path("sheets/<str:language>/<str:part>.zip", fact_sheets.sheets_zip, name="sheets-zip"),
    path("scenarios/", pages.scenarios, name="scenarios"),
    path("method/", pages.method, name="method"),
    path("data/", pages.data, name="data"),
    path("data/municipalities.csv", data.download_csv, name="csv"),
    path("data/scenarios.csv", data.download_scenarios, name="scenarios-csv"),
    path("data/columns.csv", data.download_columns, name="columns"),
    path("data/municipalities.geojson", data.download_geojson, name="geojson"),
    path("data/municipalities.xlsx", data.download_excel, name="excel"),
]

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("about/", texts.about, name="about"),
    path("about/<slug:slug>/", texts.page, name="text"),
    path("glossary/", texts.glossary, name="glossary"),
    path("sheets/", orders.orders, name="orders"),
    path("places/", places.region, name="region"),
    path("places/<str:country>/<str:code>/", places.place, name="place"),
    path("countries/<str:country>/", include(of_a_country)),
]
